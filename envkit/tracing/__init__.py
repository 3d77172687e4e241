"""How a bash is made to say which line did what: the driver, its record, and what to make of it."""
