assert always connect to 203.0.113.8 port tcp/80
test "two files down" { as { read "/srv/more/x" => allow read "/srv/more" => deny by rule 1 } }
