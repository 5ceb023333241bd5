CREATE TABLE booking (id INTEGER PRIMARY KEY, room INT NOT NULL, first INT, last INT, state TEXT);
INSERT INTO booking VALUES (1, 1, 10, 12, 'open');
CREATE TRIGGER booking_check BEFORE INSERT ON booking BEGIN
  SELECT CASE WHEN NEW.first > NEW.last THEN RAISE(ABORT, 'it ends before it begins') END;
  SELECT RAISE(ABORT, 'it''s taken') WHERE EXISTS (SELECT 1 FROM booking WHERE room = NEW.room AND first <= NEW.last AND last >= NEW.first);
END;
CREATE TRIGGER booking_kept BEFORE DELETE ON booking WHEN OLD.state = 'paid' BEGIN SELECT RAISE(IGNORE); END;
