# Rules that only together deny everybody in the scope what it allows, and some that do not.
policy t { seq 1 kernel >= 6.12 }

deny read on "/srv/closed" for uid 0-9
deny read on "/srv/closed" for uid 10-19
deny read on tree "/srv/one" for uid 0-99
deny read on tree "/srv/tree" for uid 0-9
deny read on "**/*.key" for uid 10-30
deny read on "/srv/open" for uid 0-9
deny read on "/srv/open" for uid 11-19

subject many = uid 0-19
scope many {
	default deny read
	allow read on "/srv/closed"
	allow read on "/srv/tree/*.key"
	allow read on "/srv/open"
	allow read on tree "/srv/tree"
}
subject one = uid 33
scope one {
	default deny read
	allow read on "/srv/one"
}
