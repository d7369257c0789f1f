package guard.lib.places_test

import data.guard.lib.places

test_files_in_a_folder_and_the_folder_itself_are_within if {
	places.within("/etc/init.d/x", {}, ["/etc/init.d/"])
	places.within("/etc/init.d", {}, ["/etc/init.d/"])
	places.within("/home/ann/.config/autostart/x", {}, ["~/.config/autostart/"])
	places.within("/etc/rc.local", {"/etc/rc.local": true}, [])
}

test_patterns_that_may_lead_there_are_within if {
	places.within("/etc/ini?.d/x", {}, ["/etc/init.d/"])
	places.within("/e*/init.d/x", {}, ["/etc/init.d/"])
	places.within("/etc/rc.lo*", {"/etc/rc.local": true}, [])
}

test_others_are_not_within if {
	not places.within("/etc/init.dx/x", {}, ["/etc/init.d/"])
	not places.within("etc/init.d/x", {}, ["/etc/init.d/"])
	not places.within("/etc/*.conf", {}, ["/etc/init.d/"])
	not places.within("/etc/rc.local", {"/etc/rc.local": false}, [])
	not places.within("**", {"/etc/rc.local": true}, ["/etc/init.d/"])
}

test_files_of_a_home_are_found if {
	every path in ["~/.rc", "/root/.rc", "/home/ann/.rc", ".rc", "⟨?⟩/.rc", "/srv/home/x/.rc", "~/.r?"] {
		places.in_home(path, {".rc": true}, ["/srv/home/"])
	}
}

test_files_elsewhere_are_not if {
	every path in ["dotfiles/.rc", "/work/dotfiles/.rc", "~/dotfiles/.rc", "~/.rcx", "~/.x*", "*", "**"] {
		not _found(path)
	}
}

test_a_name_that_is_switched_off_is_not_found if {
	not places.in_home("~/.rc", {".rc": false}, [])
	not places.in_home("~/.r*", {".rc": false}, [])
}

_found(path) if places.in_home(path, {".rc": true}, ["/srv/home/"])
