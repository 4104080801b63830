//! Small drawings that stand on a label, in a square of 40 around the origin. `$i` is the ink that reads on that label.

use super::Motif;

/// Every motif that the catalogue names.
pub(super) const MOTIFS: &[Motif] = &[
    Motif {
        name: "apple",
        plate: true,
        art: r##"<path fill="#c9434a" d="M0-7c-5-4-17-4-17 9 0 11 7 17 12 17 2 0 3-1 5-1s3 1 5 1c5 0 12-6 12-17 0-13-12-13-17-9z"/><path fill="none" stroke="#6b4a2f" stroke-width="2.500" d="M0-7c0-4 1-7 3-9"/><path fill="#6aa84f" d="M2-10c2-6 8-8 13-6-2 6-7 8-13 6z"/>"##,
    },
    Motif {
        name: "bean",
        plate: true,
        art: r##"<g transform="rotate(-30)"><ellipse rx="11" ry="17" fill="#6b4027"/><path fill="none" stroke="#d9b48a" stroke-width="2.500" d="M2-15c-7 9 5 20-3 30"/></g>"##,
    },
    Motif {
        name: "berry",
        plate: true,
        art: r##"<path fill="#5a9a48" d="M-2-6c-2-8 2-12 8-13 1 8-2 12-8 13z"/><circle cx="-9" cy="3" r="9" fill="#c2304a"/><circle cx="9" cy="2" r="9" fill="#a8243f"/><circle cy="11" r="9" fill="#d8455c"/><path fill="none" stroke="#fff" opacity=".6" stroke-width="3" d="M-12 0h.1M6-1h.1M-3 8h.1"/>"##,
    },
    Motif {
        name: "blueberry",
        plate: true,
        art: r##"<circle cx="-8" cy="4" r="11" fill="#4f5fa8"/><circle cx="9" cy="-4" r="11" fill="#3f4f97"/><circle cx="8" cy="11" r="9" fill="#5f6fb8"/><path fill="none" stroke="#26306a" stroke-width="3" d="M-11 2l6 4M-5 2l-6 4M6-7l6 4M12-7l-6 4"/><path fill="none" stroke="#fff" opacity=".4" stroke-width="3" d="M-14-1h.1M2-10h.1M4 7h.1"/>"##,
    },
    Motif { name: "bolt", plate: false, art: r##"<path fill="$i" d="M4-20L-13 4h10l-4 16L13-6H2z"/>"## },
    Motif {
        name: "bubbles",
        plate: false,
        art: r##"<g fill="none" stroke="$i" stroke-width="2.500"><circle cx="-6" cy="4" r="12"/><circle cx="11" cy="-8" r="7"/><circle cx="11" cy="12" r="4"/><path d="M-13 2c1-3 3-5 6-5"/></g>"##,
    },
    Motif {
        name: "carrot",
        plate: true,
        art: r##"<path fill="#5a9a48" d="M6-6c-1-6 2-10 6-12 2 4 1 6 0 9 3-2 6-2 8 0-2 5-8 6-14 3z"/><path fill="#ef7f2e" d="M8-8c4 2 4 7 1 10-8 8-15 13-24 16-2 0-3-1-2-3 4-8 9-15 16-21 3-3 6-4 9-2z"/><circle cx="-12" cy="-8" r="5" fill="#7fb54a"/><circle cx="-4" cy="-14" r="4" fill="#f4cf4d"/><circle cx="10" cy="12" r="5" fill="#7fb54a"/>"##,
    },
    Motif {
        name: "chicken",
        plate: true,
        art: r##"<path fill="#f8efe0" d="M8 8l7 6c4-1 6 3 3 5 0 4-5 4-6 1L5 13z"/><path fill="#c9823a" d="M-15-3c3-13 18-16 26-6 6 8 4 13 3 19-1 4-5 5-8 4-9-2-24-1-21-17z"/><path fill="none" stroke="#f0c07a" stroke-width="3" d="M-9-3c1-5 5-8 10-8"/>"##,
    },
    Motif {
        name: "chili",
        plate: true,
        art: r##"<path fill="#d8322a" d="M4-10c6 12-2 26-19 29-2 0-2-2-1-3C-8 10-4 2-4-6c1-6 6-8 8-4z"/><path fill="#5a9a48" d="M-5-6c0-6 8-8 11-3-3 4-8 5-11 3z"/><path fill="none" stroke="#4f8a3f" stroke-width="2.500" d="M1-10c0-4 2-7 6-8"/><path fill="#e0453a" d="M14-4c3 8-2 16-11 20 6-6 7-12 7-18 1-3 3-4 4-2z"/>"##,
    },
    Motif {
        name: "citrus",
        plate: true,
        art: r##"<circle r="18" fill="#f2a12c"/><circle r="15" fill="#fff6dc"/><path fill="#f6b73c" d="M0-3l-4-10a13 13 0 0 1 8 0zM2-1l7-8a13 13 0 0 1 4 7zM3 1l10 1a13 13 0 0 1-4 8zM1 3l4 10a13 13 0 0 1-9 0zM-2 2l-7 8a13 13 0 0 1-4-8zM-3-1l-10-2a13 13 0 0 1 5-7z"/>"##,
    },
    Motif {
        name: "cloud",
        plate: false,
        art: r##"<path fill="$i" opacity=".85" d="M-14 12c-8 0-9-11-2-13-1-9 10-14 16-7 7-5 16 1 14 9 7 1 7 11-1 11z"/>"##,
    },
    Motif {
        name: "coconut",
        plate: true,
        art: r##"<circle r="17" fill="#7a5236"/><ellipse cy="-2" rx="14" ry="11" fill="#fdfaf2"/><ellipse cy="0" rx="9" ry="6" fill="#dfeef0"/><path fill="#5a9a48" d="M6-12c2-8 8-10 14-8-1 6-7 10-14 8z"/>"##,
    },
    Motif {
        name: "cookie",
        plate: true,
        art: r##"<circle r="17" fill="#c98f4a"/><circle cy="-1" r="16" fill="#deab66"/><path fill="none" stroke="#5a3524" stroke-width="5" d="M-7-7h.1M5-9h.1M-9 5h.1M2 2h.1M9 5h.1M0 11h.1"/>"##,
    },
    Motif {
        name: "corn",
        plate: true,
        art: r##"<path fill="#f4c93d" d="M0-19c8 4 10 16 8 28H-8c-2-12 0-24 8-28z"/><path fill="none" stroke="#d99f2a" stroke-width="1.500" d="M-7-8H7M-8-1H8M-8 6H8M-3-16V8M3-16V8"/><path fill="#6aa84f" d="M0 19C-11 17-15 7-14-5-5 0-1 9 0 19zM0 19C11 17 15 7 14-5 5 0 1 9 0 19z"/>"##,
    },
    Motif {
        name: "cow",
        plate: true,
        art: r##"<path fill="#33383d" d="M-13-9c-8-1-9 8-3 9zM13-9c8-1 9 8 3 9z"/><path fill="#fff" d="M-13-8c2-10 24-10 26 0 1 8-1 14-3 18-3 9-17 9-20 0-2-4-4-10-3-18z"/><path fill="#33383d" d="M1-15c8 0 12 4 12 8 0 6-3 9-7 8-5-1-6-8-5-16z"/><ellipse cy="12" rx="10" ry="7" fill="#f3b7b5"/><path fill="none" stroke="#33383d" stroke-width="3" d="M-6-1h.1M6-1h.1M-3 12h.1M3 12h.1"/>"##,
    },
    Motif {
        name: "cowhead",
        plate: true,
        art: r##"<path fill="none" stroke="#d9c39a" stroke-width="4" d="M-9-9c-8 0-10-4-10-9M9-9c8 0 10-4 10-9"/><path fill="#7a4630" d="M-11-10c4-4 18-4 22 0 2 8-1 14-3 20-2 9-14 9-16 0-2-6-5-12-3-20z"/><ellipse cy="12" rx="7" ry="5" fill="#d9a58a"/><path fill="none" stroke="#241610" stroke-width="3" d="M-5-2h.1M5-2h.1"/>"##,
    },
    Motif {
        name: "drop",
        plate: false,
        art: r##"<path fill="$i" d="M0-20c8 11 13 17 13 25a13 13 0 0 1-26 0c0-8 5-14 13-25z"/><path fill="none" stroke="#fff" opacity=".5" stroke-width="3" d="M-7 6c0 4 2 6 5 7"/>"##,
    },
    Motif {
        name: "dumpling",
        plate: true,
        art: r##"<path fill="#e8d9b8" d="M-20 8C-18-9 18-9 20 8c-8 9-32 9-40 0z"/><path fill="#fbf4e2" d="M-19 7c4-14 34-14 38 0-8 6-30 6-38 0z"/><path fill="none" stroke="#d3c097" stroke-width="2" d="M-12-2l3 6M-4-5l1 6M4-5l-1 6M12-2l-3 6"/><path fill="none" stroke="#b9c4c8" stroke-width="2" d="M-7-12c-2-3 2-4 0-7M2-12c-2-3 2-4 0-7"/>"##,
    },
    Motif {
        name: "egg",
        plate: true,
        art: r##"<path fill="#f6e7cd" d="M0-18c9 0 14 13 14 21 0 9-6 14-14 14s-14-5-14-14c0-8 5-21 14-21z"/><circle cy="4" r="7" fill="#f3b53a"/>"##,
    },
    Motif {
        name: "fish",
        plate: true,
        art: r##"<path fill="#5f93b5" d="M8 0c4-2 8-6 11-10 1 6 1 14 0 20-3-4-7-8-11-10z"/><path fill="#7fb0cc" d="M-19 1C-12-11 4-13 12 0 4 13-12 11-19 1z"/><path fill="none" stroke="#4a7d9f" stroke-width="2" d="M-7-8c3 5 3 11 0 17M0-3c2 2 2 4 0 6M6-2c1 1 1 3 0 4"/><circle cx="-12" cy="-1" r="2" fill="#22282c"/>"##,
    },
    Motif {
        name: "flower",
        plate: false,
        art: r##"<path fill="$i" opacity=".85" d="M0-4c-8-6-6-15 0-16 6 1 8 10 0 16zM4-1c4-9 13-10 16-5 1 6-7 10-16 5zM2 4c10-1 15 6 12 12-5 3-12-2-12-12zM-2 4c0 10-7 15-12 12-3-6 2-13 12-12zM-4-1c-9 5-17 1-16-5 3-5 12-4 16 5z"/><circle r="5" fill="#f3c545"/>"##,
    },
    Motif {
        name: "fries",
        plate: true,
        art: r##"<path fill="none" stroke="#f0bf3a" stroke-width="5" d="M-10 4l-3-18M-4 4l-1-22M2 4l1-20M7 4l4-18M11 6l5-12"/><path fill="#d8392f" d="M-14-2c8 6 20 6 28 0l-3 20h-22z"/>"##,
    },
    Motif {
        name: "grain",
        plate: true,
        art: r##"<g fill="#e6c98f" stroke="#b58f4a" stroke-width="1.500"><ellipse cx="-9" cy="-6" rx="4" ry="9" transform="rotate(-30 -9 -6)"/><ellipse cx="8" cy="-8" rx="4" ry="9" transform="rotate(24 8 -8)"/><ellipse cx="-7" cy="9" rx="4" ry="9" transform="rotate(50 -7 9)"/><ellipse cx="9" cy="8" rx="4" ry="9" transform="rotate(-20 9 8)"/><ellipse cx="0" cy="0" rx="4" ry="9" transform="rotate(8)"/></g>"##,
    },
    Motif {
        name: "grape",
        plate: true,
        art: r##"<path fill="none" stroke="#6b4a2f" stroke-width="2.500" d="M0-10c0-4 1-7 4-9"/><path fill="#6aa84f" d="M0-11c-6-1-9-5-9-9 6 0 9 3 9 9z"/><path fill="none" stroke="#6a4596" stroke-width="10" d="M-10-6h.1M0-7h.1M10-6h.1M-5 2h.1M5 2h.1M0 11h.1"/><path fill="none" stroke="#fff" opacity=".5" stroke-width="2.500" d="M-12-8h.1M-2-9h.1M8-8h.1M-7 0h.1M3 0h.1M-2 9h.1"/>"##,
    },
    Motif {
        name: "hex",
        plate: false,
        art: r##"<path fill="none" stroke="$i" stroke-width="3" d="M0-4l9-5 0-10M9-9l9 5v10l-9 5-9-5V-4l-9-5-9 5V6l9 5 9-5M0 6v0M-9 11v8M9 11v8M-9-9v-10" opacity=".9"/><path fill="#eaa82f" d="M9-6l6 4v7L9 9 3 5v-7zM-9-6l6 4v7l-6 4-6-4v-7z"/>"##,
    },
    Motif {
        name: "leaf",
        plate: false,
        art: r##"<path fill="$i" opacity=".9" d="M-14 16C-19-4-4-19 18-18 19 4 6 18-14 16z"/><path fill="none" stroke="#fff" opacity=".65" stroke-width="2" d="M-17 19L9-9M-6 7h9M-1 2l1-9"/>"##,
    },
    Motif {
        name: "mango",
        plate: true,
        art: r##"<path fill="#f2a52e" d="M-16 6C-19-8-6-18 5-16 16-14 20-4 17 4 14 13 4 18-5 17c-6-1-9-5-11-11z"/><path fill="#e2662d" opacity=".6" d="M5-16c11 2 15 12 12 20C14 13 4 18-5 17c14-5 19-20 10-33z"/><path fill="#5f9f4a" d="M6-16c3-4 8-4 12-2-2 4-7 6-12 2z"/>"##,
    },
    Motif {
        name: "moon",
        plate: false,
        art: r##"<path fill="$i" d="M6-18A18 18 0 1 0 18 6 15 15 0 0 1 6-18z"/><path fill="none" stroke="$i" stroke-width="3" d="M12-12h.1M17-3h.1"/>"##,
    },
    Motif {
        name: "mountain",
        plate: false,
        art: r##"<path fill="$i" d="M-20 12L-5-14 4 0l5-7 11 19z"/><path fill="#fff" opacity=".8" d="M-5-14l6 9-4 3-3-2-4 3z"/><path fill="none" stroke="$i" stroke-width="2.500" d="M-16 17c6-3 10 3 16 0s10 3 16 0"/>"##,
    },
    Motif {
        name: "mushroom",
        plate: true,
        art: r##"<path fill="#f6ebd6" d="M-5 3H5c0 6 2 9 3 12 0 4-16 4-16 0 1-3 3-6 3-12z"/><path fill="#b08a63" d="M-18 2c0-11 8-18 18-18S18-9 18 2c0 5-36 5-36 0z"/><path fill="#fff" opacity=".35" d="M-13-3c2-5 6-8 10-9-3 3-5 6-6 10z"/>"##,
    },
    Motif {
        name: "noodle",
        plate: true,
        art: r##"<path fill="none" stroke="#8a5a34" stroke-width="2.500" d="M6-4L17-20M10-4L20-17"/><path fill="none" stroke="#f3cf6a" stroke-width="3" d="M-13-2c3-6 7-1 10-4s7 3 10-1 5 1 6 4M-9-6c4-5 8 0 12-3"/><path fill="#c2372f" d="M-18-2h36C17 9 11 16 5 17H-5C-11 16-17 9-18-2z"/><path fill="none" stroke="#fff" opacity=".6" stroke-width="2" d="M-13 4c5 2 21 2 26 0"/>"##,
    },
    Motif {
        name: "nut",
        plate: true,
        art: r##"<path fill="#b57a3f" d="M0-17c9 2 14 12 12 21C10 13 5 17 0 18c-5-1-10-5-12-14-2-9 3-19 12-21z"/><path fill="none" stroke="#8a5526" stroke-width="2" d="M0-12c-4 8-4 16-1 25M5-9c3 7 3 13 1 19M-6-8c-3 6-3 12-1 18"/><path fill="#fff" opacity=".35" d="M-8-4c1-4 3-7 6-9-2 4-3 7-3 11z"/>"##,
    },
    Motif {
        name: "peach",
        plate: true,
        art: r##"<path fill="#f6a890" d="M0-11c-12-5-19 4-18 14C-17 13-8 18 0 18S17 13 18 3c1-10-6-19-18-14z"/><path fill="#e8687a" opacity=".5" d="M5-12C14-13 19-6 18 3 17 13 8 18 0 18 10 10 12-2 5-12z"/><path fill="none" stroke="#d9596a" stroke-width="2" d="M0-10c-4 9-4 18 0 27"/><path fill="#6aa84f" d="M1-12c3-7 10-8 16-5-3 7-10 9-16 5z"/>"##,
    },
    Motif {
        name: "potato",
        plate: true,
        art: r##"<path fill="#e0b04a" d="M-17 3c-2-11 8-18 18-14S19-2 17 8C15 17 4 18-4 16S-15 11-17 3z"/><path fill="#f3d27a" d="M-13 2C-14-6-6-11 2-8s13 6 11 13S3 13-3 12-12 8-13 2z"/><path fill="none" stroke="#d0983a" stroke-width="2.500" d="M-5-2h.1M4 0h.1M-3 6h.1M8 6h.1M1-6h.1"/>"##,
    },
    Motif {
        name: "shell",
        plate: true,
        art: r##"<path fill="#e8d3b8" d="M0 17c-9-3-18-10-18-19S-9-17 0-17 18-11 18-2 9 14 0 17z"/><path fill="none" stroke="#b5946a" stroke-width="2" d="M0 16V-16M-1 16C-8 8-12-2-11-12M1 16C8 8 12-2 11-12M-2 16c-8-5-13-10-15-16M2 16c8-5 13-10 15-16"/>"##,
    },
    Motif {
        name: "shrimp",
        plate: true,
        art: r##"<path fill="none" stroke="#d9694a" stroke-width="2" d="M-12-8C-18-11-20-15-19-19"/><path fill="#f0926f" d="M-15-4C-16-11-8-15 0-15c11 0 19 7 19 17 0 9-6 15-14 16-3 0-4-3-2-4 5-2 7-6 7-10 0-6-5-9-11-9-7 0-13 5-14 1z"/><path fill="none" stroke="#fbd3c2" stroke-width="2" d="M-2-15c1 4 1 6 0 9M7-12c-1 4-3 6-5 8M15-6c-2 3-4 5-7 6M18 4c-3 1-5 1-8 0"/><path fill="#d9563f" d="M5 14C0 11-5 12-8 15c3 1 3 2 3 4 4 1 7 0 10-2z"/>"##,
    },
    Motif {
        name: "snow",
        plate: false,
        art: r##"<g fill="none" stroke="$i" stroke-width="3"><path d="M0-19v38M-16-10l32 20M16-10l-32 20M-5-15l5 5 5-5M-5 15l5-5 5 5M-17-3l6-2-1-6M17 3l-6 2 1 6M17-3l-6-2 1-6M-17 3l6 2-1 6"/></g>"##,
    },
    Motif {
        name: "soybean",
        plate: true,
        art: r##"<path fill="#7fb04f" d="M-19 12c3-7 5-15 13-20 6-8 14-11 24-10 1 9-3 16-10 20C3 11-7 16-19 12z"/><path fill="none" stroke="#e9d08f" stroke-width="10" d="M-7 5h.1M2-2h.1M10-9h.1"/><path fill="none" stroke="#fff" opacity=".55" stroke-width="3" d="M-9 3h.1M0-4h.1M8-11h.1"/><path fill="none" stroke="#5a8a38" stroke-width="2.500" d="M17-17l3-3"/>"##,
    },
    Motif {
        name: "strawberry",
        plate: true,
        art: r##"<path fill="#d9343f" d="M0-10c8-5 18-1 17 7C16 9 6 17 0 19-6 17-16 9-17-3c-1-8 9-12 17-7z"/><path fill="#5a9a48" d="M0-8c-6 3-11 1-13-4 5-3 9-3 11-2-1-3 0-5 2-6 2 1 3 3 2 6 2-1 6-1 11 2-2 5-7 7-13 4z"/><path fill="none" stroke="#fbe3a0" stroke-width="2.500" d="M-9 0h.1M0-1h.1M9 0h.1M-5 7h.1M5 7h.1M0 13h.1"/>"##,
    },
    Motif {
        name: "sun",
        plate: false,
        art: r##"<circle r="9" fill="$i"/><path fill="none" stroke="$i" stroke-width="3.500" d="M0-14v-5M0 14v5M14 0h5M-14 0h-5M10-10l4-4M-10 10l-4 4M10 10l4 4M-10-10l-4-4"/>"##,
    },
    Motif {
        name: "swirl",
        plate: false,
        art: r##"<path fill="$i" opacity=".2" d="M-16 14C-20 4-10 0-9-2-10-9-2-10-1-13L1-20c5 4 8 8 6 12 6 2 6 7 4 10 6 2 8 8 5 12z"/><path fill="none" stroke="$i" stroke-width="3" d="M-16 14C-20 4-10 0-9-2-10-9-2-10-1-13L1-20c5 4 8 8 6 12 6 2 6 7 4 10 6 2 8 8 5 12zM-8-2C-2 1 6-2 7-8M-13 6c8 4 20 3 24-4"/>"##,
    },
    Motif {
        name: "tomato",
        plate: true,
        art: r##"<ellipse cy="3" rx="18" ry="16" fill="#e0402f"/><path fill="#a8241f" opacity=".35" d="M9-11C20-4 21 12 9 17-2 21 10 8 9-11z"/><path fill="#4f9a45" d="M0-10c-4-5-10-5-13-2 3 4 7 5 10 4-2 2-2 4-1 7 3-1 4-3 4-5 1 2 3 4 6 3 0-3-2-5-4-6 4 1 8-1 10-5-4-2-9-1-12 4z"/><path fill="#fff" opacity=".45" d="M-13 1c0-4 2-7 5-8-1 3-1 6-1 9z"/>"##,
    },
    Motif {
        name: "tooth",
        plate: false,
        art: r##"<path fill="$i" opacity=".85" d="M0-11c-5-5-15-4-15 5 0 8 4 9 5 16 1 5 2 8 4 8 4 0 2-12 6-12s2 12 6 12c2 0 3-3 4-8 1-7 5-8 5-16 0-9-10-10-15-5z"/>"##,
    },
    Motif {
        name: "wave",
        plate: false,
        art: r##"<path fill="none" stroke="$i" stroke-width="5" d="M-18-9c6-6 12 6 18 0s12 6 18 0M-18 2c6-6 12 6 18 0s12 6 18 0M-18 13c6-6 12 6 18 0s12 6 18 0"/>"##,
    },
    Motif {
        name: "wheat",
        plate: false,
        art: r##"<path fill="none" stroke="$i" stroke-width="2.500" d="M0 20V-6"/><path fill="$i" d="M0-20c5 5 5 10 0 14-5-4-5-9 0-14zM2-2c0-7 5-10 11-10 0 7-4 11-11 10zM-2-2c0-7-5-10-11-10 0 7 4 11 11 10zM2 8C2 1 7-2 13-2c0 7-4 11-11 10zM-2 8c0-7-5-10-11-10 0 7 4 11 11 10z"/>"##,
    },
];
