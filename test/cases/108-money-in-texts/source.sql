CREATE TABLE bill (id INTEGER PRIMARY KEY, dollars TEXT, euros MONEY, plain MONEY, some TEXT);
INSERT INTO bill VALUES (1, '$1,234.50', '1.234,50 €', 12.5, '$12'), (2, '$0.99', '0,99 €', 0.1, '12'), (3, NULL, NULL, 7, 'twelve');
