//! The requests, their signatures, and what is answered.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::Shared;
use crate::books::{No, State as TradeState};
use crate::fault::RequestFault;
use crate::keys::{MCHID, PUBLIC_KEY_ID, SigningKey};

/// How far the merchant's clock may be off, in seconds.
const WINDOW: i64 = 300;

type Service = State<Arc<Shared>>;

pub(crate) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/v3/{*path}", get(answer).post(answer))
        .route("/", get(list))
        .route("/simulator/pay/{number}", post(pay))
        .route("/simulator/move/{day}", post(move_to))
        .with_state(shared)
}

/// What a request came to: a status and a body, or a refusal.
type Outcome = Result<(u16, Option<Value>), No>;

async fn answer(
    State(shared): Service,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path = uri.path_and_query().map_or(uri.path(), |path| path.as_str());
    if !is_signed(&shared, &method, path, &headers, &body) {
        // The service does not sign this answer.
        let told = json!({ "code": "SIGN_ERROR", "message": "签名错误，请检查后再试" });
        return (StatusCode::UNAUTHORIZED, axum::Json(told)).into_response();
    }
    if uri.path() == "/v3/billdownload/file" {
        // The service does not sign files.
        return match shared.books().bill_file(uri.query()) {
            Some(file) => file.into_response(),
            None => StatusCode::NOT_FOUND.into_response(),
        };
    }
    let certificates = uri.path() == "/v3/certificates";
    let (fault, silence) = {
        let mut faults = shared.faults();
        (if certificates { None } else { faults.request() }, faults.silence())
    };
    match fault {
        Some(RequestFault::LostThere) => return nothing(silence).await,
        Some(RequestFault::IllBefore) => return no(&shared, &headers, (500, "SYSTEM_ERROR", "系统异常")),
        Some(RequestFault::TooOften) => return no(&shared, &headers, (429, "FREQUENCY_LIMITED", "频率超限")),
        _ => {}
    }
    let read: Value =
        if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).unwrap_or_default() };
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let outcome = match (method.as_str(), uri.path()) {
        ("GET", "/v3/bill/tradebill") => {
            shared.books().bill(uri.query(), &format!("http://{host}")).map(|place| (200, Some(place)))
        }
        _ => do_it(&shared, &method, uri.path(), uri.query(), &read),
    };
    match (fault, outcome) {
        (Some(RequestFault::LostBack), _) => nothing(silence).await,
        (Some(RequestFault::IllAfter), _) => no(&shared, &headers, (500, "SYSTEM_ERROR", "系统异常")),
        (_, Err(refusal)) => no(&shared, &headers, refusal),
        (fault, Ok((status, told))) => {
            let told = told.map(|mut told| {
                if fault == Some(RequestFault::WrongAmount) {
                    change_amount(&mut told);
                }
                told.to_string()
            });
            signed(&shared, &headers, status, told.unwrap_or_default(), fault)
        }
    }
}

/// One fen more.
pub(crate) fn change_amount(told: &mut Value) {
    if let Some(total) = told.pointer_mut("/amount/total") {
        *total = (total.as_i64().unwrap_or_default() + 1).into();
    }
}

fn do_it(shared: &Arc<Shared>, method: &Method, path: &str, query: Option<&str>, body: &Value) -> Outcome {
    let rest = path.strip_prefix("/v3/").unwrap_or_default();
    let parts: Vec<&str> = rest.split('/').collect();
    let mut books = shared.books();
    let done = |value: Value| Ok((200, Some(value)));
    match (method.as_str(), parts.as_slice()) {
        ("GET", ["certificates"]) => match shared.keys.certificates() {
            Ok(certificates) => done(certificates),
            Err(_) => Err((500, "SYSTEM_ERROR", "系统异常")),
        },
        ("POST", ["pay", "transactions", "native"]) => done(books.prepay("NATIVE", body)?),
        ("POST", ["pay", "transactions", "h5"]) => done(books.prepay("MWEB", body)?),
        ("POST", ["pay", "transactions", "jsapi"]) => done(books.prepay("JSAPI", body)?),
        ("POST", ["pay", "transactions", "codepay"]) => done(books.take_code(body)?),
        ("GET", ["pay", "transactions", "out-trade-no", number]) => {
            if query != Some(&format!("mchid={MCHID}")) {
                return Err((400, "PARAM_ERROR", "参数错误"));
            }
            done(books.query(number)?)
        }
        ("POST", ["pay", "transactions", "out-trade-no", number, "close"]) => {
            books.close(number, body)?;
            Ok((204, None))
        }
        ("POST", ["pay", "transactions", "out-trade-no", number, "reverse"]) => {
            done(books.reverse(number, body)?)
        }
        ("POST", ["refund", "domestic", "refunds"]) => {
            let (told, new) = books.refund(body, shared.options.refund_takes)?;
            drop(books);
            if new && let Some(number) = body.get("out_refund_no").and_then(Value::as_str) {
                shared.notify_refunded(number);
            }
            done(told)
        }
        ("GET", ["refund", "domestic", "refunds", number]) => done(books.query_refund(number)?),
        _ => Err((404, "RESOURCE_NOT_EXISTS", "请求的资源不存在")),
    }
}

/// Whether the merchant signed this, a moment ago.
fn is_signed(shared: &Shared, method: &Method, path: &str, headers: &HeaderMap, body: &[u8]) -> bool {
    let authorization = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some(fields) = authorization.and_then(|text| text.strip_prefix("WECHATPAY2-SHA256-RSA2048 ")) else {
        return false;
    };
    let field = |name: &str| {
        fields.split(',').find_map(|field| {
            let (key, value) = field.split_once('=')?;
            (key.trim() == name).then(|| value.trim_matches('"'))
        })
    };
    let all =
        (field("mchid"), field("serial_no"), field("timestamp"), field("nonce_str"), field("signature"));
    let (Some(mchid), Some(serial), Some(seconds), Some(nonce), Some(signature)) = all else { return false };
    let now = jiff::Timestamp::now().as_second();
    let fresh = seconds.parse::<i64>().is_ok_and(|made| (made - now).abs() <= WINDOW);
    let Ok(body) = std::str::from_utf8(body) else { return false };
    let text = format!("{method}\n{path}\n{seconds}\n{nonce}\n{body}\n");
    mchid == MCHID
        && serial == shared.keys.merchant_serial
        && fresh
        && shared.keys.merchant_signed(text.as_bytes(), signature)
}

/// Headers that prove a body, by that key.
pub(crate) fn proof(
    key: &SigningKey,
    serial: &str,
    body: &str,
) -> anyhow::Result<Vec<(&'static str, String)>> {
    let seconds = jiff::Timestamp::now().as_second().to_string();
    let nonce = Uuid::new_v4().simple().to_string();
    let signature = key.sign(format!("{seconds}\n{nonce}\n{body}\n").as_bytes())?;
    Ok(vec![
        ("Wechatpay-Serial", serial.to_owned()),
        ("Wechatpay-Timestamp", seconds),
        ("Wechatpay-Nonce", nonce),
        ("Wechatpay-Signature", signature),
        ("Wechatpay-Signature-Type", "WECHATPAY2-SHA256-RSA2048".to_owned()),
    ])
}

fn signed(
    shared: &Shared,
    headers: &HeaderMap,
    status: u16,
    body: String,
    fault: Option<RequestFault>,
) -> Response {
    let asked = headers.get("wechatpay-serial").and_then(|value| value.to_str().ok());
    let (key, serial) = match asked {
        Some(PUBLIC_KEY_ID) => (&shared.keys.public, PUBLIC_KEY_ID),
        _ => (&shared.keys.certified, shared.keys.certificate_serial.as_str()),
    };
    let key = if fault == Some(RequestFault::SignedByStranger) { &shared.keys.stranger } else { key };
    let mut response = Response::builder().status(status);
    if !body.is_empty() {
        response = response.header(header::CONTENT_TYPE, "application/json; charset=utf-8");
    }
    if fault != Some(RequestFault::Unsigned) {
        let Ok(proof) = proof(key, serial, &body) else {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        for (name, value) in proof {
            response = response.header(name, value);
        }
    }
    response.body(Body::from(body)).unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

fn no(shared: &Shared, headers: &HeaderMap, (status, code, message): No) -> Response {
    signed(shared, headers, status, json!({ "code": code, "message": message }).to_string(), None)
}

/// No answer: the line is dead, then cut.
async fn nothing(silence: Duration) -> Response {
    tokio::time::sleep(silence).await;
    let cut = futures::stream::iter([Err::<Bytes, _>(std::io::Error::other("cut"))]);
    Body::from_stream(cut).into_response()
}

/// The trades, with a button for the payer, for those who try a shop out.
async fn list(State(shared): Service) -> Html<String> {
    let rows: String = shared
        .books()
        .trades
        .values()
        .map(|trade| {
            let pay = if trade.state == TradeState::NotPay {
                format!(
                    "<form method=post action=\"/simulator/pay/{}\"><button>Pay</button></form>",
                    trade.number
                )
            } else {
                String::new()
            };
            format!(
                "<tr><td>{}<td>{}.{:02} CNY<td>{:?}<td>{pay}",
                trade.number,
                trade.total / 100,
                trade.total % 100,
                trade.state
            )
        })
        .collect();
    Html(format!(
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content=\"width=device-width\">\
         <title>WeChat Pay simulator</title><h1>WeChat Pay simulator</h1><p>No money moves here.\
         <table><tr><th>Trade<th>Amount<th>State<th>{rows}</table></html>"
    ))
}

/// All that was paid and given back so far was so on that day.
async fn move_to(State(shared): Service, Path(day): Path<String>) -> StatusCode {
    let Some(noon) = day.parse().ok().and_then(crate::bill::noon) else { return StatusCode::BAD_REQUEST };
    shared.books().move_to(noon);
    StatusCode::NO_CONTENT
}

async fn pay(State(shared): Service, Path(number): Path<String>) -> Response {
    let link = shared.books().trades.get(&number).map(|trade| trade.link.clone());
    let Some(link) = link else { return StatusCode::NOT_FOUND.into_response() };
    let paid = shared.books().pay_url(&link);
    if let crate::books::PayOutcome::Paid(number) = paid {
        shared.notify_paid(&number);
    }
    Redirect::to("/").into_response()
}
