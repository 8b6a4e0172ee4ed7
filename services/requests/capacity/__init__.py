"""Places of quotas and slots of agendas: never more are given than there are."""
