//! Reviews: who may write one, what everybody reads of them, and what managers do with their words.

use std::collections::HashSet;

use ministore_core::device::Done;
use ministore_core::fact::Fact;
use ministore_core::id::{DeviceId, ProductId, ReviewId};
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::review::{
    Bought, DeskReview, GetMyReviews, GetReviewDesk, GetReviews, JudgeReview, LISTED, LONGEST_ANSWER,
    LONGEST_WORDS, MyReviews, OwnReview, Rating, ReviewDesk, ReviewState, Reviews, SHOWN, ShownReview, Stars,
    Subject, TakeReviewBack, WriteReview,
};
use ministore_core::text::LocalText;
use ministore_core::time::Timestamp;
use uuid::Uuid;

use crate::engine::{Answer, Caller, Engine};
use crate::fault::Fault;
use crate::reply::Act;
use crate::write::{Head, Write};
use crate::{member, sql};

/// How many of either kind a manager's desk shows.
const ON_DESK: i64 = 100;

/// The columns that [`own`] reads, in its order.
macro_rules! reviews {
    ($rest:literal) => {
        concat!(
            "SELECT r.review_id, r.product_id, r.stars, r.words, r.state, r.answer, r.at, p.name_en, p.name_zh
             FROM review r LEFT JOIN product p ON p.shop_id = r.shop_id AND p.product_id = r.product_id
             WHERE r.shop_id = $1 AND ",
            $rest
        )
    };
}

fn own(row: &sql::Row) -> Result<OwnReview, Fault> {
    let product = row.try_get::<Option<Uuid>>(1)?.map(ProductId);
    Ok(OwnReview {
        id: ReviewId(row.try_get(0)?),
        subject: product.map_or(Subject::Shop, |product| Subject::Product { product }),
        stars: stars(row.try_get(2)?)?,
        words: row.try_get(3)?,
        state: ReviewState::of_word(row.try_get(4)?)
            .ok_or_else(|| Fault::row("review", "an unknown state"))?,
        answer: row.try_get(5)?,
        at: Timestamp(row.try_get(6)?),
    })
}

fn stars(count: i64) -> Result<Stars, Fault> {
    let stars = u8::try_from(count).ok().and_then(Stars::new);
    stars.ok_or_else(|| Fault::row("review", "no number of stars"))
}

const fn product_of(subject: Subject) -> Option<Uuid> {
    match subject {
        Subject::Shop => None,
        Subject::Product { product } => Some(product.0),
    }
}

async fn rating(conn: &mut sql::Connection, head: Head, subject: Subject) -> Result<Rating, Fault> {
    let rows =
        match product_of(subject) {
            Some(product) => sql::query(
                "SELECT stars, COUNT(*) FROM review WHERE shop_id = $1 AND product_id = $2 GROUP BY stars",
            )
            .bind(head.shop.0)
            .bind(product)
            .fetch_all(conn)
            .await?,
            None => sql::query(
                "SELECT stars, COUNT(*) FROM review WHERE shop_id = $1 AND product_id IS NULL GROUP BY stars",
            )
            .bind(head.shop.0)
            .fetch_all(conn)
            .await?,
        };
    rows.iter().try_fold(Rating::default(), |rating, row| {
        let count = u32::try_from(row.try_get::<i64>(1)?).unwrap_or(u32::MAX);
        Ok(rating.and(stars(row.try_get(0)?)?, count))
    })
}

impl Answer<GetReviews> for Engine {
    async fn answer(&self, _: &Caller, call: GetReviews) -> Result<Reviews, Fault> {
        let head = self.head().await?;
        let mut tx = self.snapshot().await?;
        let rating = rating(&mut tx, head, call.subject).await?;
        let most = i64::try_from(SHOWN).unwrap_or(i64::MAX);
        let rows = match product_of(call.subject) {
            Some(product) => {
                sql::query(reviews!(
                    "r.product_id = $2 AND r.state = 'shown' AND r.words <> '' ORDER BY r.at DESC, r.review_id LIMIT $3"
                ))
                .bind(head.shop.0)
                .bind(product)
                .bind(most)
                .fetch_all(&mut tx)
                .await?
            }
            None => {
                sql::query(reviews!(
                    "r.product_id IS NULL AND r.state = 'shown' AND r.words <> '' ORDER BY r.at DESC, r.review_id LIMIT $2"
                ))
                .bind(head.shop.0)
                .bind(most)
                .fetch_all(&mut tx)
                .await?
            }
        };
        let shown = rows.iter().map(|row| {
            let OwnReview { id, stars, words, answer, at, .. } = own(row)?;
            Ok(ShownReview { id, stars, words, answer, at })
        });
        Ok(Reviews { rating, shown: shown.collect::<Result<_, Fault>>()? })
    }
}

/// What a device has bought and has, the newest first: by its orders, and at tills with its member's card.
async fn bought(conn: &mut sql::Connection, head: Head, device: DeviceId) -> Result<Vec<Bought>, Fault> {
    let rows = sql::query(
        "SELECT l.product_id, l.code, l.name_en, l.name_zh, l.picture, o.placed FROM orders o
         JOIN order_line l ON l.shop_id = o.shop_id AND l.order_id = o.order_id
         WHERE o.shop_id = $1 AND o.device_id = $2 AND o.state = 'handed_over'
             AND l.missing < CASE WHEN l.measure = 'pieces' THEN l.measure_value ELSE 1 END
         ORDER BY o.placed DESC, l.place LIMIT 1000",
    )
    .bind(head.shop.0)
    .bind(device.0)
    .fetch_all(&mut *conn)
    .await?;
    let mut all: Vec<(i64, Bought)> = rows
        .iter()
        .map(|row| {
            let picture: Option<&str> = row.try_get(4)?;
            let one = Bought {
                product: ProductId(row.try_get(0)?),
                code: row.try_get::<&str>(1)?.parse().map_err(|error| Fault::row("order_line", error))?,
                name: LocalText::new(row.try_get::<String>(2)?, row.try_get::<String>(3)?),
                picture: picture
                    .map(str::parse)
                    .transpose()
                    .map_err(|error| Fault::row("order_line", error))?,
            };
            Ok((row.try_get(5)?, one))
        })
        .collect::<Result<_, Fault>>()?;
    if let Some(member) = member::of_device(conn, head, device).await? {
        let bodies: Vec<String> = sql::query_scalar(
            "SELECT f.body FROM fact f JOIN member m ON m.shop_id = f.shop_id AND m.member_id = $2
             WHERE f.shop_id = $1 AND f.kind = 'sale' AND (f.card = m.number OR EXISTS (
                 SELECT 1 FROM receipt_claim c
                 WHERE c.shop_id = f.shop_id AND c.sale_id = f.fact_id AND c.member_id = $2))
             ORDER BY f.happened DESC LIMIT 50",
        )
        .bind(head.shop.0)
        .bind(member.0)
        .fetch_all(conn)
        .await?;
        for body in bodies {
            if let Fact::Sale(sale) = serde_json::from_str(&body)? {
                all.extend(sale.lines.into_iter().map(|line| {
                    let one = Bought {
                        product: line.product,
                        code: line.code,
                        name: line.name,
                        picture: line.picture,
                    };
                    (sale.at.0, one)
                }));
            }
        }
        all.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    }
    let mut seen = HashSet::new();
    Ok(all.into_iter().map(|(_, one)| one).filter(|one| seen.insert(one.product)).collect())
}

/// All reviews of a device, the newest first.
pub(crate) async fn of_device(
    conn: &mut sql::Connection,
    head: Head,
    device: DeviceId,
) -> Result<Vec<OwnReview>, Fault> {
    let rows = sql::query(reviews!("r.device_id = $2 ORDER BY r.at DESC, r.review_id"))
        .bind(head.shop.0)
        .bind(device.0)
        .fetch_all(conn)
        .await?;
    rows.iter().map(own).collect()
}

/// Forgets all reviews of a device, and what was answered to it about them.
pub(crate) async fn forget(write: &mut Write, device: DeviceId) -> Result<(), Fault> {
    for statement in [
        "DELETE FROM review WHERE shop_id = $1 AND device_id = $2",
        "DELETE FROM call_reply WHERE shop_id = $1 AND caller = $2 AND name = 'review.write'",
    ] {
        sql::query(statement).bind(write.shop()).bind(device.0).execute(write.conn()).await?;
    }
    Ok(())
}

impl Answer<GetMyReviews> for Engine {
    async fn answer(&self, caller: &Caller, _: GetMyReviews) -> Result<MyReviews, Fault> {
        let (head, device) = (self.head().await?, caller.device()?);
        let mut tx = self.snapshot().await?;
        let mut bought = bought(&mut tx, head, device).await?;
        bought.truncate(LISTED);
        Ok(MyReviews { bought, mine: of_device(&mut tx, head, device).await? })
    }
}

impl Answer<WriteReview> for Engine {
    async fn answer(&self, caller: &Caller, call: WriteReview) -> Result<OwnReview, Fault> {
        self.once(caller, call).await
    }
}

impl Act for WriteReview {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<OwnReview, Fault> {
        let (head, device, now) = (write.head, caller.device()?, write.now);
        let words = self.words.trim();
        if words.chars().count() > LONGEST_WORDS {
            return Err(Fault::invalid("words", format_args!("at most {LONGEST_WORDS} characters")));
        }
        let bought = bought(write.conn(), head, device).await?;
        let fits = match self.subject {
            Subject::Shop => !bought.is_empty(),
            Subject::Product { product } => bought.iter().any(|one| one.product == product),
        };
        if !fits {
            return Err(Refusal::NotBought.into());
        }
        let product = product_of(self.subject);
        let mine = of_device(write.conn(), head, device).await?;
        if mine.iter().any(|there| there.id == self.review && there.subject != self.subject) {
            return Err(Refusal::IdReused.into());
        }
        // A second one takes the place of the first.
        let id =
            mine.iter().find(|there| there.subject == self.subject).map_or(self.review, |there| there.id);
        let state = ReviewState::of_new(words);
        let written = sql::query(
            "INSERT INTO review (shop_id, review_id, device_id, product_id, stars, words, state, answer, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, '', $8)
             ON CONFLICT (shop_id, review_id) DO UPDATE SET
                 stars = excluded.stars, words = excluded.words, state = excluded.state, answer = '', at = excluded.at
             WHERE review.device_id = excluded.device_id",
        )
        .bind(head.shop.0)
        .bind(id.0)
        .bind(device.0)
        .bind(product)
        .bind(i64::from(self.stars.count()))
        .bind(words)
        .bind(state.word())
        .bind(now.0)
        .execute(write.conn())
        .await?;
        if written.rows_affected() == 0 {
            return Err(Refusal::IdReused.into());
        }
        Ok(OwnReview {
            id,
            subject: self.subject,
            stars: self.stars,
            words: words.to_owned(),
            state,
            answer: String::new(),
            at: now,
        })
    }
}

impl Answer<TakeReviewBack> for Engine {
    async fn answer(&self, caller: &Caller, call: TakeReviewBack) -> Result<Done, Fault> {
        self.once(caller, call).await
    }
}

impl Act for TakeReviewBack {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<Done, Fault> {
        let device = caller.device()?;
        sql::query("DELETE FROM review WHERE shop_id = $1 AND review_id = $2 AND device_id = $3")
            .bind(write.shop())
            .bind(self.review.0)
            .bind(device.0)
            .execute(write.conn())
            .await?;
        // What was answered when it was written holds its words.
        sql::query("DELETE FROM call_reply WHERE shop_id = $1 AND caller = $2 AND name = 'review.write' AND reply LIKE $3")
            .bind(write.shop())
            .bind(device.0)
            .bind(format!("%{}%", self.review))
            .execute(write.conn())
            .await?;
        Ok(Done {})
    }
}

impl Answer<GetReviewDesk> for Engine {
    async fn answer(&self, _: &Caller, _: GetReviewDesk) -> Result<ReviewDesk, Fault> {
        let head = self.head().await?;
        let mut tx = self.snapshot().await?;
        let shop = rating(&mut tx, head, Subject::Shop).await?;
        let waiting = sql::query(reviews!("r.state = 'waiting' ORDER BY r.at, r.review_id LIMIT $2"))
            .bind(head.shop.0)
            .bind(ON_DESK)
            .fetch_all(&mut tx)
            .await?;
        let read = sql::query(reviews!(
            "r.state <> 'waiting' AND r.words <> '' ORDER BY r.at DESC, r.review_id LIMIT $2"
        ))
        .bind(head.shop.0)
        .bind(ON_DESK)
        .fetch_all(&mut tx)
        .await?;
        let desk = |row: &sql::Row| {
            let english: Option<String> = row.try_get(7)?;
            let name =
                english.map(|english| Ok::<_, Fault>(LocalText::new(english, row.try_get::<String>(8)?)));
            Ok(DeskReview { review: own(row)?, name: name.transpose()? })
        };
        Ok(ReviewDesk {
            shop,
            waiting: waiting.iter().map(desk).collect::<Result<_, Fault>>()?,
            read: read.iter().map(desk).collect::<Result<_, Fault>>()?,
        })
    }
}

impl Answer<JudgeReview> for Engine {
    async fn answer(&self, caller: &Caller, call: JudgeReview) -> Result<Done, Fault> {
        self.once(caller, call).await
    }
}

impl Act for JudgeReview {
    async fn act(self, write: &mut Write, _: &Caller) -> Result<Done, Fault> {
        let head = write.head;
        let answer = self.answer.trim();
        if answer.chars().count() > LONGEST_ANSWER {
            return Err(Fault::invalid("answer", format_args!("at most {LONGEST_ANSWER} characters")));
        }
        let at: Option<i64> =
            sql::query_scalar("SELECT at FROM review WHERE shop_id = $1 AND review_id = $2")
                .bind(head.shop.0)
                .bind(self.review.0)
                .fetch_optional(write.conn())
                .await?;
        let at = at.ok_or_else(|| Fault::not_found(Thing::Review))?;
        if at != self.at.0 {
            return Err(Refusal::ReviewChanged.into());
        }
        let state = self.hide.map_or(ReviewState::Shown, |why| ReviewState::Hidden { why });
        sql::query("UPDATE review SET state = $3, answer = $4 WHERE shop_id = $1 AND review_id = $2")
            .bind(head.shop.0)
            .bind(self.review.0)
            .bind(state.word())
            .bind(if self.hide.is_some() { "" } else { answer })
            .execute(write.conn())
            .await?;
        Ok(Done {})
    }
}
