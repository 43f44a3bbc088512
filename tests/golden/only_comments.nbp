# nothing

	# here
