"""Personal data: exported for its owner, erased with the account, deleted after its time."""
