-- A transaction of an import gathers its words in memory and writes them once, rather than in pieces of 1 MiB that are
-- merged again later.
INSERT INTO product_search (product_search, rank) VALUES ('hashsize', 16777216);
