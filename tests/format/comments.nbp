

# the head of the file

# stays apart from what follows


policy   p{seq 1 # behind a field
 # before a field
   owner "x # no comment"


   mode audit # the last field
   # before the end
   }
paths x={"/a" # behind a value without its comma
 , "/b"# behind a comma's value

 # before the third
 ,tree "/c" # the last
 # and the end
 }
subject # within
 t # a
 = # definition
 uid 1
deny # between
 read # all
 , write on # of
 x, "/q" # a rule
 for s # s
 # before a clause
 except for t as z # behind a rule
 # between rules
scope s { # behind a brace
default deny # within
 write allow read on "/a" for t
 # last
 }
scope s {
 # nothing else
}
paths none = { # why there are none
}
test "t" { # test
 as uid 1 # case
 { read "/a" => allow # request
 } # behind a case

 # inside
} # behind a test
test "u" { as uid 1 { read "/a" => allow } } # short


# the end, without a line feed	