policy t { seq 1 }
dney read on "/a"
deny read onn "/a"
deny read on tre "/a"
deny read on "/a" exept for uid 0
subject x = exe "/a" adn uid 0
plicy x { seq 1 }
