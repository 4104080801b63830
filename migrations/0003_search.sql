-- What the search looks through. Each column holds tokens that the engine made; the ascii tokenizer leaves all other
-- characters whole. A prefix of a token of `han`, `pinyin` or `initials` is a substring of the name, because each
-- suffix is a token of its own.
CREATE VIRTUAL TABLE product_search USING fts5 (
    word, han, pinyin, initials,
    content = '', contentless_delete = 1, detail = column, prefix = '1 2 3', tokenize = 'ascii'
);

-- The words that mistyped ones are compared with, each under itself and under itself less any one letter
-- (the symmetric delete method of W. Garbe, 2012).
CREATE TABLE search_variant (
    shop_id BLOB NOT NULL REFERENCES shop,
    variant TEXT NOT NULL,
    word    TEXT NOT NULL,
    PRIMARY KEY (shop_id, variant, word)
) STRICT, WITHOUT ROWID;

CREATE TABLE search_word (
    shop_id BLOB NOT NULL REFERENCES shop,
    word    TEXT NOT NULL,
    PRIMARY KEY (shop_id, word)
) STRICT, WITHOUT ROWID;
