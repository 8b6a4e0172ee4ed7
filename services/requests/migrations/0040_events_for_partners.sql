-- requests is the source whose events partners read (services/chassis/bus/partners_stream.py).
INSERT INTO partners_stream DEFAULT VALUES;
