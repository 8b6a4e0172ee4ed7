"""The methods of AMQP 0-9-1, by class and number."""

class Connection:
    Close: tuple[int, int]
