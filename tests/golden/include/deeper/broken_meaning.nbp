deny reed on "/c" for p
