-- What the search looks through: for each product the tokens that the engine made, each behind the letter of its kind:
-- `w` for words and Chinese characters, `p` for pinyin and its initials. A prefix of a token of Chinese characters or
-- of pinyin is a substring of the name, because each suffix is a token of its own.
CREATE TABLE product_search (
    shop_id  UUID     NOT NULL REFERENCES shop,
    position BIGINT   NOT NULL,
    tokens   TSVECTOR NOT NULL,
    PRIMARY KEY (shop_id, position)
);

-- New tokens wait in a list that each search reads, so the list is kept short.
CREATE INDEX product_search_by_token ON product_search USING gin (tokens) WITH (gin_pending_list_limit = 256);

-- The words that mistyped ones are compared with, each under itself and under itself less any one letter
-- (the symmetric delete method of W. Garbe, 2012).
CREATE TABLE search_variant (
    shop_id UUID NOT NULL REFERENCES shop,
    variant TEXT COLLATE "C" NOT NULL,
    word    TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (shop_id, variant, word)
);

CREATE TABLE search_word (
    shop_id UUID NOT NULL REFERENCES shop,
    word    TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (shop_id, word)
);
