policy t { owner "x" }
