set(_ 0)
