policy t { seq 1 }
deny write on "/b" waive overlay "read-only root here"
deny write on "/b" waive lockout ""
deny write on "/b" waive lockout "\n"
deny write on "/b" waive lockout "a" waive lockout "b"
