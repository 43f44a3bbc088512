policy t { seq 1 }
deny exec on "/bin/sh" waive lockout "a kiosk: \"nobody\" logs in" as no-shell
deny connect, bind to anywhere waive lockout "an island" except for exe "/opt/x"
deny bind to anywhere waive lockout "an island"
deny connect to 0.0.0.0/0 waive lockout "half an island"
deny connect to ::/0 waive lockout "the other half"
deny exec on "/opt/x" waive lockout "for nothing"
audit exec on "/bin/sh" waive lockout "logging locks nobody out"
deny bind to anywhere port tcp/80 waive lockout "a part of it"
