CREATE TABLE odd (a, b intege, c NUMBER, d NUMERIC[], e TEXT_LIST, f byte[], g varchar2(60), h timestampz, i double precision, j TEXT(100), k "long name of a type");
INSERT INTO odd VALUES (x'00', 1, 2, 3.5, 'a,b', x'ff', 'v', '2024-01-01 00:00:00', 1.5, 't', 'x');
