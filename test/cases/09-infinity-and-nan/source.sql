CREATE TABLE reading (id INTEGER PRIMARY KEY, v REAL, label TEXT, zero REAL);
INSERT INTO reading VALUES (1, 9e999, 'NaN', -0.0), (2, -9e999, 'inf', 0.0), (3, 0.0/0.0, '', 5e-324);
