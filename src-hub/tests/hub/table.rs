//! The command that loads the tables and the menu.

use crate::program::{demo_folder, path, run, text};

const ROOM: &str = r#"{
    "tables": [{"number": 11, "seats": 2}],
    "menu": {
        "stations": [{"key": "bar", "name": {"en": "Bar", "zh": "吧台"}}],
        "sections": [{"name": {"en": "Coffee", "zh": "咖啡"}, "items": [{"product": "9520700000106", "station": "bar"}]}]
    }
}"#;

#[tokio::test]
async fn a_menu_is_loaded_from_a_file_and_what_is_wrong_with_it_is_told() {
    let folder = demo_folder().await;
    let file = path(&folder, "room.json");
    let import = |content: &str| {
        std::fs::write(&file, content).unwrap();
        run(&["import-menu", &file, "--data", folder.path().to_str().unwrap()])
    };
    let output = import(ROOM);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("1 tables, 1 dishes in 1 sections"), "{}", text(&output.stdout));
    let output = import(ministore_hub::demo::dining_room_json());
    assert!(text(&output.stdout).contains("8 tables, 14 dishes in 4 sections"), "{}", text(&output.stdout));
    for (broken, word) in [
        (ROOM.replace("\"station\": \"bar\"", "\"station\": \"kitchen\""), "kitchen"),
        (ROOM.replace("9520700000106", "9529999999993"), "9529999999993"),
        (ROOM.replace("\"seats\": 2", "\"seats\": 0"), "seats"),
        (ROOM.replace("\"seats\"", "\"chairs\""), "chairs"),
        (ROOM.replace("\"number\": 11", "\"number\": 0"), "table"),
    ] {
        let output = import(&broken);
        assert_eq!(output.status.code(), Some(1), "{broken}");
        assert!(text(&output.stderr).contains(word), "{word} in {}", text(&output.stderr));
    }
}
