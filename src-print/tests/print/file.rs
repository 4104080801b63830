use std::process::Command;

use ministore_print::desk;

use super::sample::{arabic, artefacts, chinese, english};

#[tokio::test]
async fn a_file_has_text_that_can_be_selected() {
    for (name, receipt, said) in [
        ("english", english(), ["Fresh whole milk", "51.27"]),
        ("chinese", chinese(), ["鲜牛奶", "街角小店"]),
        ("arabic", arabic(), ["خبز عربي", "19.30"]),
    ] {
        let path = artefacts().join(format!("{name}.pdf"));
        std::fs::write(&path, desk::pdf(receipt).await.unwrap()).unwrap();
        let text = Command::new("pdftotext").args(["-layout".as_ref(), path.as_os_str()]).arg("-").output();
        let text = String::from_utf8(text.expect("poppler-utils is installed").stdout).unwrap();
        for said in said {
            assert!(text.contains(said), "{said} is not in {text}");
        }
    }
}
