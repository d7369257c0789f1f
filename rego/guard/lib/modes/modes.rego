# METADATA
# title: Modes
# description: What a mode of chmod gives, as digits (`4755`) or in letters (`u+s`).
package guard.lib.modes

# METADATA
# scope: document
# description: True if programs of that mode run as their owner.
sets_user(mode) if regex.match(`^[+=]?0?[4-7][0-7]{3}$`, mode)

sets_user(mode) if {
	regex.match(`(?:^|,)(?:[ugoa]*[ua][ugoa]*)?(?:[-+=][rwxXt]*)*[+=][rwxXt]*s`, mode)
}

# METADATA
# scope: document
# description: True if programs of that mode run with their group, or files of that folder get it.
sets_group(mode) if regex.match(`^[+=]?0?[2367][0-7]{3}$`, mode)

sets_group(mode) if {
	regex.match(`(?:^|,)(?:[ugoa]*[ga][ugoa]*)?(?:[-+=][rwxXt]*)*[+=][rwxXt]*s`, mode)
}

# METADATA
# scope: document
# description: True if everybody may write a file of that mode.
opens_writing(mode) if regex.match(`^[+=]?[0-7]*[2367]$`, mode)

opens_writing(mode) if {
	regex.match(`(?:^|,)(?:[ugoa]*[oa][ugoa]*)?(?:[-+=][rwxXst]*)*[+=][rxXst]*w`, mode)
}

# METADATA
# scope: document
# description: True if everybody may read a file of that mode.
opens_reading(mode) if regex.match(`^[+=]?[0-7]*[4-7]$`, mode)

opens_reading(mode) if {
	regex.match(`(?:^|,)(?:[ugoa]*[oa][ugoa]*)?(?:[-+=][rwxXst]*)*[+=][wxXst]*r`, mode)
}
