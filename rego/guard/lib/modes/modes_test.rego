package guard.lib.modes_test

import data.guard.lib.modes

test_modes_that_run_programs_as_their_owner if {
	every mode in ["4755", "04755", "6711", "7777", "u+s", "+s", "a+s", "ug+s", "u+xs", "u=rwxs", "g-w,u+s", "u-x+s", "+4000"] {
		modes.sets_user(mode)
	}
}

test_modes_that_do_not if {
	count([mode |
		some mode in ["755", "0755", "2755", "1777", "u-s", "g+s", "o+s", "+x", "-", "⟨?⟩", "u+x"]
		modes.sets_user(mode)
	]) == 0
}

test_modes_that_give_the_group if {
	every mode in ["2755", "6755", "3777", "g+s", "g+xs", "+s", "ug+s", "o-w,g+s"] {
		modes.sets_group(mode)
	}
}

test_modes_that_do_not_give_the_group if {
	count([mode |
		some mode in ["4755", "755", "g-s", "u+s", "g+x", "⟨?⟩"]
		modes.sets_group(mode)
	]) == 0
}

test_modes_that_open_a_file_to_all if {
	every mode in ["666", "0777", "o+w", "a+rw", "+w", "o=rw"] {
		modes.opens_writing(mode)
	}
	every mode in ["644", "o+r", "a+rw", "+r", "o=wr"] {
		modes.opens_reading(mode)
	}
}

test_modes_that_keep_it_closed if {
	count([mode |
		some mode in ["644", "0440", "o-w", "u+w", "g=rw", "⟨?⟩"]
		modes.opens_writing(mode)
	]) == 0
	count([mode |
		some mode in ["640", "0600", "o-r", "u+r", "o+w", "⟨?⟩"]
		modes.opens_reading(mode)
	]) == 0
}
