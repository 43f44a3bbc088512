paths more = "/srv/more"
deny read on more as from-more
