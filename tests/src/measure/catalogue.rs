//! A catalogue of any size that looks like a supermarket's, the same at every run.

use ministore_core::gtin::check_digit;

const KINDS: &[(&str, &str)] = &[
    ("milk", "牛奶"),
    ("yoghurt", "酸奶"),
    ("noodles", "面条"),
    ("biscuits", "饼干"),
    ("chocolate", "巧克力"),
    ("green tea", "绿茶"),
    ("coffee", "咖啡"),
    ("soy sauce", "酱油"),
    ("vinegar", "香醋"),
    ("rice", "大米"),
    ("shampoo", "洗发水"),
    ("toothpaste", "牙膏"),
    ("crisps", "薯片"),
    ("orange juice", "橙汁"),
    ("mineral water", "矿泉水"),
    ("peanut butter", "花生酱"),
    ("dumplings", "水饺"),
    ("tomato soup", "番茄汤"),
    ("detergent", "洗衣液"),
    ("sesame oil", "芝麻油"),
];

const MANNERS: &[(&str, &str)] = &[
    ("fresh", "鲜"),
    ("organic", "有机"),
    ("classic", "经典"),
    ("light", "轻"),
    ("family", "家庭装"),
    ("mild", "原味"),
    ("spicy", "香辣"),
    ("roasted", "烘焙"),
    ("golden", "金"),
    ("original", "原"),
];

const SYLLABLES: &[&str] =
    &["ka", "lo", "mi", "ta", "ren", "sol", "vi", "dor", "pen", "li", "mar", "zu", "fen", "bo", "qi", "shan"];

/// A brand, one of 4096.
fn brand(number: u32) -> String {
    let syllable = |place: u32| SYLLABLES[(number >> (4 * place) & 15) as usize];
    format!("{}{}{}", syllable(0), syllable(1), syllable(2))
}

/// The GTIN-13 of product `number`.
pub fn gtin(number: u32) -> String {
    let body = format!("952{number:09}");
    let check = check_digit(&body).unwrap_or_default();
    format!("{body}{check}")
}

/// Products 0 to `count` as the CSV file that an import reads.
pub fn csv(count: u32) -> String {
    let mut csv = String::from(
        "gtin,plu,category,name_en,name_zh,brand,price,sold_by,content,tax_rate,stock,aisle,min_age,allergens_en,allergens_zh,notes_en,notes_zh,picture\n",
    );
    for number in 0..count {
        // A multiplicative hash, so that neighbours differ.
        let mixed = number.wrapping_mul(2_654_435_761) >> 8;
        let (kind_en, kind_zh) = KINDS[mixed as usize % KINDS.len()];
        let (manner_en, manner_zh) = MANNERS[mixed as usize / 32 % MANNERS.len()];
        let price = 1 + mixed % 12_000;
        csv.push_str(&format!(
            "{},,shelf-{},{manner_en} {kind_en},{manner_zh}{kind_zh},{},{}.{:02},piece,{} g,13,{},A{},,,,,,\n",
            gtin(number),
            mixed % 12,
            brand(mixed),
            price / 100,
            price % 100,
            50 + mixed % 1000,
            1_000_000,
            1 + mixed % 9,
        ));
    }
    csv
}

/// Its categories, as the CSV file that an import reads.
pub fn categories() -> String {
    let mut csv = String::from("slug,name_en,name_zh,icon,position\n");
    for shelf in 0..12 {
        csv.push_str(&format!("shelf-{shelf},Shelf {shelf},货架{shelf},box,{shelf}\n"));
    }
    csv
}

/// What shoppers type: words of the catalogue in every language and manner, each letter by letter, some mistyped.
pub fn typed() -> Vec<String> {
    let mut typed = Vec::new();
    let words = [
        "milk",
        "yoghurt",
        "chocolate",
        "organic",
        "niunai",
        "qiaokeli",
        "suannai",
        "nn",
        "qkl",
        "酸奶",
        "牛奶",
        "巧克力",
        "洗发",
        "chocolte",
        "tothpaste",
        "kalomi",
        "spicy noodles",
        "green tea",
        "9520000123",
        "zuqishan",
    ];
    for word in words {
        let letters: Vec<char> = word.chars().collect();
        typed.extend((1..=letters.len()).map(|length| letters[..length].iter().collect()));
    }
    typed
}
