"""Holds our simulator and our client of WeChat Pay against the SDK wechatpayv3: SIMULATOR FOLDER PROBE."""

import base64
import csv
import datetime
import decimal
import gzip
import hashlib
import io
import json
import pathlib
import queue
import re
import subprocess
import sys
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, HTTPServer

import requests
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from wechatpayv3 import WeChatPay, WeChatPayType
from wechatpayv3 import core as sdk_core
from wechatpayv3.utils import load_certificate, load_private_key, load_public_key, rsa_sign

simulator, folder, probe = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]
settings = json.loads((folder / "wechat-pay.json").read_text())
by_public_key = "public_key_id" in settings
told = queue.Queue()
checks = 0


def check(what, true):
    global checks
    assert true, what
    checks += 1


class Notified(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        told.put((dict(self.headers.items()), body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


class ToSimulator(requests.Session):
    """The SDK knows one service; its requests go to ours, as they are."""

    def request(self, method, url, **rest):
        assert url.startswith("https://api.mch.weixin.qq.com/"), url
        return super().request(method, url.replace("https://api.mch.weixin.qq.com", simulator), **rest)


sdk_core.requests = ToSimulator()
listener = HTTPServer(("127.0.0.1", 0), Notified)
threading.Thread(target=listener.serve_forever, daemon=True).start()
notify_url = f"http://127.0.0.1:{listener.server_port}/notify"
api_key = (folder / "api-key.txt").read_text()
proof = {}
if by_public_key:
    proof = {
        "public_key": (folder / "public-key.pem").read_text(),
        "public_key_id": settings["public_key_id"],
    }
pay = WeChatPay(
    wechatpay_type=WeChatPayType.NATIVE,
    mchid=settings["mchid"],
    private_key=(folder / "merchant-key.pem").read_text(),
    cert_serial_no=settings["serial"],
    apiv3_key=api_key,
    appid=settings["appid"],
    notify_url=notify_url,
    **proof,
)
beijing = datetime.timezone(datetime.timedelta(hours=8))
cny = {"total": 3860, "currency": "CNY"}


def number():
    return uuid.uuid4().hex


def answer(what, came, status=200):
    # The SDK has verified the signature of every answer below 300, and raised where it was wrong.
    check(f"{what}: {came}", came[0] == status)
    return json.loads(came[1]) if came[1] else None


def paid(trade):
    came = requests.post(f"{simulator}/simulator/pay/{trade}", allow_redirects=False)
    check("the payer pays", came.status_code == 303)


# The SDK as the merchant, our simulator as the service.
trade = number()
link = answer("native", pay.pay(description="Milk 牛奶", out_trade_no=trade, amount=cny))
check("a code", link["code_url"].startswith("weixin://wxpay/bizpayurl?pr="))
check("unpaid", answer("query", pay.query(out_trade_no=trade))["trade_state"] == "NOTPAY")
paid(trade)
queried = answer("query", pay.query(out_trade_no=trade))
check("paid", (queried["trade_state"], queried["amount"]["total"]) == ("SUCCESS", 3860))
headers, body = told.get(timeout=10)
notified = pay.callback(headers, body)
check("the SDK believes our notification", bool(notified))
check("it is the payment", notified["event_type"] == "TRANSACTION.SUCCESS")
check("of this trade", notified["resource"]["out_trade_no"] == trade)
check("of this amount", notified["resource"]["amount"]["total"] == 3860)
check("a changed one is not believed", pay.callback(headers, body.replace(b"SUCCESS", b"SUCCESs")) is None)
check("closing it is refused", pay.close(trade)[0] == 400)
refund = number()
amount = {"refund": 860, "total": 3860, "currency": "CNY"}
for _ in range(2):
    given = answer("refund", pay.refund(out_refund_no=refund, amount=amount, out_trade_no=trade))
    check("given back", given["status"] == "SUCCESS")
check("queried", answer("refund", pay.query_refund(refund))["amount"]["refund"] == 860)
headers, body = told.get(timeout=10)
notified = pay.callback(headers, body)
check("the refund is told", notified["event_type"] == "REFUND.SUCCESS")
check("under its number", notified["resource"]["out_refund_no"] == refund)
check("once", told.empty())
closed = number()
answer("native", pay.pay(description="Milk", out_trade_no=closed, amount=cny))
check("it is closed", pay.close(closed)[0] == 204)
check("and says so", answer("query", pay.query(out_trade_no=closed))["trade_state"] == "CLOSED")
scene = {"payer_client_ip": "203.0.113.7", "h5_info": {"type": "Wap"}}
link = answer(
    "h5", pay.pay("Milk", number(), cny, scene_info=scene, pay_type=WeChatPayType.H5)
)
check("a link", link["h5_url"].startswith("https://wx.tenpay.com/"))
payer = {"openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"}
link = answer("jsapi", pay.pay("Milk", number(), cny, payer=payer, pay_type=WeChatPayType.JSAPI))
check("a prepay id", link["prepay_id"].startswith("wx"))
code = {"auth_code": "130061098828009406"}
scene = {"store_info": {"out_id": "A1111"}}
taken = answer(
    "codepay", pay.pay("Milk", number(), cny, payer=code, scene_info=scene, pay_type=WeChatPayType.CODEPAY)
)
check("taken", taken["trade_state"] == "SUCCESS")
# The bill of a day, by the SDK's request and another reader of the file.
day = (datetime.datetime.now(beijing) - datetime.timedelta(days=3)).strftime("%Y-%m-%d")
check("moved", requests.post(f"{simulator}/simulator/move/{day}").status_code == 204)
place = answer("bill", pay.trade_bill(day))
check("its hash", (place["hash_type"], len(place["hash_value"])) == ("SHA1", 40))
status, packed = pay.download_bill(place["download_url"].replace(simulator, "https://api.mch.weixin.qq.com"))
check("the file", status == 200)
bill = gzip.decompress(packed)
check("is the one that was announced", hashlib.sha1(bill).hexdigest() == place["hash_value"])
rows = list(csv.reader(io.StringIO(bill.decode("utf-8-sig"))))
check("every value is marked", all(value.startswith("`") for row in rows[1:-2] + rows[-1:] for value in row))
rows = [[value.lstrip("`") for value in row] for row in rows]
lines = [dict(zip(rows[0], row)) for row in rows[1:-2]]
check("as many columns as names", all(len(row) == len(rows[0]) for row in rows[1:-2]))
check("27 columns", len(rows[0]) == 27)
payments = [line for line in lines if line["交易状态"] == "SUCCESS"]
refunds = [line for line in lines if line["交易状态"] == "REFUND"]
ours = [line for line in payments if line["商户订单号"] == trade]
check("the payment", [(line["订单金额"], line["交易类型"]) for line in ours] == [("38.60", "NATIVE")])
back = [(line["商户订单号"], line["商户退款单号"], line["申请退款金额"]) for line in refunds]
check("the refund", back == [(trade, refund, "8.60")])
sums = dict(zip(rows[-2], rows[-1]))
check("the count", int(sums["总交易单数"]) == len(lines))
yuan = lambda lines, name: sum(decimal.Decimal(line[name]) for line in lines)
check("the sum of orders", decimal.Decimal(sums["订单总金额"]) == yuan(payments, "订单金额"))
check("the sum of refunds", decimal.Decimal(sums["申请退款总金额"]) == yuan(refunds, "申请退款金额"))
check("the sum of fees", decimal.Decimal(sums["手续费总金额"]) == yuan(lines, "手续费"))
check("no bill of a day without payments", pay.trade_bill("2020-02-02")[0] == 400)
check("no bill of today", pay.trade_bill(datetime.datetime.now(beijing).strftime("%Y-%m-%d"))[0] == 400)
check("another's signature is refused", requests.get(simulator + "/v3/certificates").status_code == 401)

# Our client's signatures, by the SDK's own reading of the protocol.
merchant_key = load_public_key((folder / "merchant-public-key.pem").read_text())
body = json.dumps({"description": "牛奶", "total": 1}, ensure_ascii=False)
for method, path, text in [
    ("POST", "/v3/pay/transactions/native", body),
    ("GET", "/v3/pay/transactions/out-trade-no/abc?mchid=1900000109", ""),
    ("GET", "/v3/bill/tradebill?bill_date=2026-11-29&bill_type=ALL", ""),
    ("GET", "/v3/billdownload/file?token=abc", ""),
]:
    line = subprocess.run(
        [probe, folder / "wechat-pay.json", "sign", method, path, text], check=True, capture_output=True, text=True
    ).stdout.strip()
    check("the scheme", line.startswith("WECHATPAY2-SHA256-RSA2048 "))
    field = dict(re.findall(r'(\w+)="([^"]*)"', line))
    check("the merchant", (field["mchid"], field["serial_no"]) == (settings["mchid"], settings["serial"]))
    check("a moment ago", abs(int(field["timestamp"]) - time.time()) < 60)
    signed = "%s\n%s\n%s\n%s\n%s\n" % (method, path, field["timestamp"], field["nonce_str"], text)
    merchant_key.verify(base64.b64decode(field["signature"]), signed.encode(), PKCS1v15(), SHA256())
    try:
        merchant_key.verify(base64.b64decode(field["signature"]), signed[1:].encode(), PKCS1v15(), SHA256())
        check("another text is not signed by it", False)
    except InvalidSignature:
        checks += 1

# A notification made with the SDK's own primitives, believed by our client; and what was changed, not.
kind = "public-key" if by_public_key else "certificate"
service_key = load_private_key((folder / f"service/{kind}.private.pem").read_text())
if by_public_key:
    serial = settings["public_key_id"]
else:
    certificate = load_certificate((folder / "service/certificate.pem").read_text())
    serial = format(certificate.serial_number, "X")


def notification(total, key=api_key, seconds=None):
    nonce = uuid.uuid4().hex[:12]
    resource = {
        "mchid": settings["mchid"], "appid": settings["appid"], "out_trade_no": trade,
        "trade_state": "SUCCESS", "transaction_id": "4200000000", "amount": {"total": total, "currency": "CNY"},
    }
    sealed = AESGCM(key.encode()).encrypt(nonce.encode(), json.dumps(resource).encode(), b"transaction")
    text = json.dumps({
        "id": str(uuid.uuid4()), "create_time": "2026-03-02T09:00:00+08:00", "event_type": "TRANSACTION.SUCCESS",
        "resource_type": "encrypt-resource", "summary": "支付成功",
        "resource": {
            "original_type": "transaction", "algorithm": "AEAD_AES_256_GCM", "nonce": nonce,
            "ciphertext": base64.b64encode(sealed).decode(), "associated_data": "transaction",
        },
    })
    seconds, word = str(int(seconds or time.time())), uuid.uuid4().hex
    return text, {
        "Wechatpay-Serial": serial, "Wechatpay-Timestamp": seconds, "Wechatpay-Nonce": word,
        "Wechatpay-Signature": rsa_sign(service_key, f"{seconds}\n{word}\n{text}\n"),
        "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
    }


def believed(text, headers):
    came = subprocess.run(
        [probe, folder / "wechat-pay.json", "believe"],
        input=json.dumps({"headers": headers, "body": text}), capture_output=True, text=True,
    )
    return came.stdout if came.returncode == 0 else None


text, headers = notification(3860)
said = believed(text, headers)
check("our client believes the SDK's notification", said and trade in said.replace("-", "") and "3860" in said)
check("not a changed one", believed(text.replace("SUCCESS", "SUCCESs"), headers) is None)
check("not a moved one", believed(text, {**headers, "Wechatpay-Nonce": "0" * 32}) is None)
check("not an old one", believed(*notification(3860, seconds=time.time() - 301)) is None)
check("not one under another key", believed(*notification(3860, key="0" * 32)) is None)
print(f"   {checks} checks hold")
