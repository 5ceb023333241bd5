CREATE VIRTUAL TABLE places USING rtree(id, min_x, max_x, min_y, max_y, +name TEXT);
INSERT INTO places VALUES (1, 0.1, 0.3, -5, 7.25, 'here'), (2, 10, 10, 10, 10, 'a point'), (3, -1e30, 1e30, 0, 0, 'wide');
CREATE VIRTUAL TABLE spans USING rtree_i32(id, "from", "to");
INSERT INTO spans VALUES (1, -2147483648, 2147483647), (2, 5, 5);
CREATE VIRTUAL TABLE bodies USING rtree(id, x0, x1, y0, y1, z0, z1);
INSERT INTO bodies VALUES (1, 0, 1, 0, 1, 0, 1);
CREATE VIRTUAL TABLE none USING rtree(id, x0, x1);
