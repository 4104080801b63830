//! Fruit and vegetables, each drawn by itself.

use super::Shape;

/// Every fruit and vegetable that the catalogue names.
pub(super) const SHAPES: &[Shape] = &[
    Shape {
        name: "apple",
        shadow: 58,
        art: r##"<path fill="$a" d="M120 94c-16-13-60-14-62 32-1 42 26 78 46 78 8 0 10-4 16-4s8 4 16 4c20 0 47-36 46-78-2-46-46-45-62-32z"/><path fill="$A" opacity=".55" d="M122 200c5 0 8 4 14 4 20 0 47-36 46-78-1-25-15-37-30-39 20 34 6 88-30 113z"/><path fill="none" stroke="#6b4a2f" stroke-width="6" d="M120 97c-1-14 3-25 10-34"/><path fill="#6aa84f" d="M127 80c6-20 26-26 44-20-4 18-24 28-44 20z"/><path fill="none" stroke="#4d8a3a" stroke-width="2" d="M128 80c12-8 24-14 40-19"/><path fill="$A" opacity=".6" d="M98 96c12 8 32 8 44 0-10-5-16-3-22 1-6-4-12-6-22-1z"/><ellipse cx="84" cy="130" rx="8" ry="20" fill="#fff" opacity=".4" transform="rotate(16 84 130)"/>"##,
    },
    Shape {
        name: "pear",
        shadow: 56,
        art: r##"<path fill="$a" d="M120 64c-17 0-26 12-27 30-2 22-34 34-34 66 0 28 27 44 61 44s61-16 61-44c0-32-32-44-34-66-1-18-10-30-27-30z"/><path fill="$A" opacity=".5" d="M128 65c12 3 18 14 19 29 2 22 34 34 34 66 0 26-24 42-55 44 42-22 34-70 12-90-8-10-4-36-10-49z"/><path fill="none" stroke="#6b4a2f" stroke-width="6" d="M120 68c0-10 3-18 9-24"/><path fill="#6aa84f" d="M126 58c6-16 22-20 36-16-3 15-19 23-36 16z"/><ellipse cx="84" cy="150" rx="8" ry="20" fill="#fff" opacity=".4" transform="rotate(20 84 150)"/><path fill="none" stroke="$A" stroke-width="3" d="M100 172h.1M112 184h.1M94 186h.1M122 168h.1M108 158h.1M136 184h.1"/>"##,
    },
    Shape {
        name: "banana",
        shadow: 68,
        art: r##"<path fill="$A" d="M70 56c-22 62 6 132 84 144 14 2 24-2 22-10-46-12-80-60-80-122-2-12-22-22-26-12z"/><path fill="$a" d="M76 54c-6 62 32 118 104 122 14 0 22-6 18-14-50-4-90-42-98-98-2-14-22-22-24-10z"/><path fill="$l" d="M84 56c0 52 34 98 94 110-40-18-76-56-80-104-2-10-14-14-14-6z"/><path fill="#8a6a2a" d="M70 56c4-10 0-16 2-24 6-4 14-2 16 2 0 8 6 12 10 24-8-6-20-6-28-2z"/><path fill="#7a5a24" d="M186 176c8-2 14-8 11-15l-9 1zM164 200c8 0 13-4 12-10l-8-2z"/>"##,
    },
    Shape {
        name: "orange",
        shadow: 76,
        art: r##"<circle cx="104" cy="136" r="60" fill="$a"/><path fill="$A" opacity=".5" d="M124 79a60 60 0 0 1-46 111 60 60 0 0 0 46-111z"/><path fill="none" stroke="$A" stroke-width="3" d="M76 112h.1M92 98h.1M70 136h.1M84 154h.1M96 126h.1M112 106h.1"/><path fill="#5f9f4a" d="M104 82c4-20 24-28 42-22-4 18-22 28-42 22z"/><path fill="#4a5a2a" d="M98 78h10v8H98z"/><ellipse cx="72" cy="118" rx="7" ry="15" fill="#fff" opacity=".35" transform="rotate(30 72 118)"/><circle cx="160" cy="162" r="44" fill="$a"/><circle cx="160" cy="162" r="39" fill="#fff4dc"/><path fill="$l" d="M160 158l-10-30a34 34 0 0 1 20 0zM163 159l22-22a34 34 0 0 1 9 20zM164 163l30 0a34 34 0 0 1-9 20zM162 167l19 22a34 34 0 0 1-21 7zM158 167l-1 29a34 34 0 0 1-20-9zM156 164l-22 20a34 34 0 0 1-8-20zM156 160l-30 0a34 34 0 0 1 10-21z"/>"##,
    },
    Shape {
        name: "mandarin",
        shadow: 78,
        art: r##"<ellipse cx="152" cy="130" rx="50" ry="44" fill="$A"/><path fill="#5f9f4a" d="M150 90c8-16 24-20 40-14-6 14-22 22-40 14z"/><ellipse cx="96" cy="152" rx="58" ry="50" fill="$a"/><path fill="$A" opacity=".5" d="M122 108c50 18 44 88-20 94 46-22 46-66 20-94z"/><path fill="none" stroke="$A" stroke-width="3" d="M72 140h.1M88 128h.1M66 160h.1M84 170h.1M98 152h.1M110 180h.1"/><path fill="$A" d="M84 106c8 6 18 6 26 0-8-4-18-4-26 0z"/><path fill="#4f8f45" d="M97 106c-2-22-20-32-38-28 0 18 16 32 38 28zM98 106c4-18 20-26 36-22-4 18-20 28-36 22z"/><ellipse cx="62" cy="140" rx="6" ry="14" fill="#fff" opacity=".4" transform="rotate(28 62 140)"/>"##,
    },
    Shape {
        name: "mango",
        shadow: 68,
        art: r##"<path fill="$a" d="M58 168c-14-40 22-98 76-100 36-2 58 24 54 58-6 48-54 78-92 76-20-2-32-14-38-34z"/><path fill="$b" opacity=".75" d="M134 68c36-2 58 24 54 58-4 30-24 54-48 66 28-40 24-88-22-120 5-2 10-4 16-4z"/><path fill="$a" opacity=".5" d="M128 70c34 26 44 72 22 112 20-14 34-34 37-58-20-4-30-44-59-54z"/><path fill="none" stroke="#6b4a2f" stroke-width="6" d="M146 70c2-8 6-12 12-16"/><path fill="#5f9f4a" d="M152 60c12-16 32-16 46-6-10 16-30 20-46 6z"/><ellipse cx="86" cy="130" rx="8" ry="24" fill="#fff" opacity=".4" transform="rotate(38 86 130)"/>"##,
    },
    Shape {
        name: "watermelon",
        shadow: 84,
        art: r##"<circle cx="104" cy="124" r="68" fill="$a"/><path fill="none" stroke="$A" stroke-width="9" d="M98 57c-34 30-38 96-6 133M70 66c-30 28-34 82-12 110M118 58c12 12 20 28 22 44"/><ellipse cx="62" cy="98" rx="7" ry="18" fill="#fff" opacity=".3" transform="rotate(30 62 98)"/><path fill="$a" d="M70 156l142-42c4 56-28 92-66 92-36 0-62-20-76-50z"/><path fill="#f4f3dc" d="M78 158l130-38c2 50-26 78-62 78-30 0-54-16-68-40z"/><path fill="$b" d="M88 157l114-33c0 40-22 64-56 64-24 0-44-11-58-31z"/><path fill="none" stroke="#3a241c" stroke-width="6" d="M122 162l1 3M148 152l1 3M174 144l0 3M144 172l1 3M168 166l0 3M184 156l-1 3"/>"##,
    },
    Shape {
        name: "grape",
        shadow: 46,
        art: r##"<path fill="none" stroke="#7a5a34" stroke-width="6" d="M120 74c0-14 2-22 8-30"/><path fill="#6aa84f" d="M120 66c-20 8-44 0-52-16 18-14 42-8 52 16zM126 62c8-18 28-24 46-14-6 18-26 26-46 14z"/><path fill="none" stroke="$A" stroke-width="38" d="M84 92h.1M122 90h.1M158 94h.1M102 122h.1M142 122h.1M122 152h.1M106 176h.1"/><path fill="none" stroke="$a" stroke-width="36" d="M102 96h.1M140 96h.1M82 118h.1M122 118h.1M160 120h.1M102 148h.1M142 148h.1M124 176h.1M118 194h.1"/><path fill="none" stroke="#fff" opacity=".45" stroke-width="7" d="M96 90h.1M134 90h.1M76 112h.1M116 112h.1M154 114h.1M96 142h.1M136 142h.1M118 170h.1M113 189h.1"/>"##,
    },
    Shape {
        name: "peach",
        shadow: 62,
        art: r##"<path fill="$a" d="M120 88c-40-16-70 14-66 52 4 40 36 60 66 64 30-4 62-24 66-64 4-38-26-68-66-52z"/><path fill="$b" opacity=".6" d="M136 84c32-2 54 24 50 56-4 40-36 60-66 64 34-26 46-82 16-120z"/><path fill="none" stroke="$B" opacity=".6" stroke-width="4" d="M122 90c-14 34-12 78-2 112"/><path fill="#6b4a2f" d="M116 92c0-8 2-12 6-16l4 2c-2 6-2 10-2 14z"/><path fill="#6aa84f" d="M124 86c10-24 36-28 56-16-10 22-34 30-56 16zM116 86c-10-18-30-22-46-12 8 18 28 24 46 12z"/><ellipse cx="78" cy="128" rx="8" ry="18" fill="#fff" opacity=".45" transform="rotate(24 78 128)"/>"##,
    },
    Shape {
        name: "kiwi",
        shadow: 80,
        art: r##"<ellipse cx="98" cy="122" rx="58" ry="48" fill="$a" transform="rotate(-16 98 122)"/><path fill="none" stroke="$l" stroke-width="2" opacity=".7" d="M70 96l6 4M90 88l6 5M62 120l6 3M78 118l6 4M112 84l4 5M86 138l5 4"/><circle cx="150" cy="154" r="50" fill="$a"/><circle cx="150" cy="154" r="46" fill="$b"/><circle cx="150" cy="154" r="32" fill="$m"/><ellipse cx="150" cy="154" rx="13" ry="11" fill="#f4f3d6"/><path fill="none" stroke="#3a2a1f" stroke-width="5" d="M150 134h.1M162 137h.1M170 147h.1M171 159h.1M163 170h.1M150 174h.1M138 171h.1M129 161h.1M130 148h.1M138 138h.1"/>"##,
    },
    Shape {
        name: "lemon",
        shadow: 76,
        art: r##"<path fill="$a" d="M44 150c-6-4-6-10 0-14 8-36 38-56 68-54 22 2 38 14 46 34 8 2 10 10 4 16-4 34-32 58-64 58-26 0-46-16-54-40z"/><path fill="$A" opacity=".4" d="M112 82c22 2 38 14 46 34 8 2 10 10 4 16-4 34-32 58-64 58 40-16 52-72 14-108z"/><ellipse cx="76" cy="118" rx="7" ry="17" fill="#fff" opacity=".5" transform="rotate(36 76 118)"/><circle cx="162" cy="162" r="43" fill="$a"/><circle cx="162" cy="162" r="38" fill="#fffbe6"/><path fill="$l" d="M162 158l-9-29a33 33 0 0 1 18 0zM165 159l21-21a33 33 0 0 1 9 18zM166 163l29 1a33 33 0 0 1-9 19zM164 166l18 22a33 33 0 0 1-20 6zM160 166l-1 28a33 33 0 0 1-20-8zM158 163l-21 20a33 33 0 0 1-8-19zM158 160l-29 0a33 33 0 0 1 10-21z"/>"##,
    },
    Shape {
        name: "pineapple",
        shadow: 46,
        art: r##"<path fill="$b" d="M120 92c-30-14-34-38-30-54 10 6 16 12 20 22-2-18 0-32 10-44 10 12 12 26 10 44 4-10 10-16 20-22 4 16 0 40-30 54z"/><path fill="$B" d="M120 92c-14-12-18-24-16-38 8 6 12 14 16 24 4-10 8-18 16-24 2 14-2 26-16 38z"/><path fill="$a" d="M120 84c34 0 48 30 46 66-2 34-20 56-46 56s-44-22-46-56c-2-36 12-66 46-66z"/><path fill="$A" opacity=".5" d="M136 87c22 8 32 34 30 63-2 34-20 56-46 56 32-20 40-84 16-119z"/><path fill="none" stroke="$A" stroke-width="3" d="M84 108l74 74M76 130l66 68M76 158l44 44M106 88l60 60M156 108l-74 74M164 130l-66 68M164 158l-44 44M134 88l-60 60"/><path fill="none" stroke="$l" stroke-width="5" d="M120 118h.1M98 140h.1M142 140h.1M120 162h.1M98 184h.1M142 184h.1"/>"##,
    },
    Shape {
        name: "dragonfruit",
        shadow: 62,
        art: r##"<path fill="$b" d="M86 74c-6-16-2-28 8-36 6 10 12 16 16 24 2-12 6-20 14-28 6 10 8 18 8 28 8-8 16-12 28-14 2 14-4 26-16 34z"/><path fill="$a" d="M120 68c40 0 64 30 64 68s-28 68-64 68-64-30-64-68 24-68 64-68z"/><path fill="$A" opacity=".4" d="M142 72c26 10 42 34 42 64 0 38-28 68-64 68 44-22 54-92 22-132z"/><path fill="$b" d="M58 124c-14-4-20-12-22-24 14 0 26 6 32 14zM60 160c-14 2-22-2-30-12 12-6 26-4 34 2zM182 124c14-4 20-12 22-24-14 0-26 6-32 14zM180 160c14 2 22-2 30-12-12-6-26-4-34 2zM104 108c-4-14 0-24 8-32 8 8 12 18 8 32zM128 158c-4-14 0-24 8-32 8 8 12 18 8 32zM84 158c-4-14 0-24 8-32 8 8 12 18 8 32zM106 194c-4-14 0-24 8-32 8 8 12 18 8 32z"/>"##,
    },
    Shape {
        name: "cherry",
        shadow: 76,
        art: r##"<path fill="none" stroke="#6f8f3f" stroke-width="5" d="M82 130c6-40 26-66 58-82M158 140c2-40-4-70-18-92"/><path fill="#6aa84f" d="M140 48c20-14 42-8 54 8-18 14-42 12-54-8z"/><circle cx="82" cy="164" r="40" fill="$a"/><path fill="$A" opacity=".6" d="M98 128a40 40 0 0 1-34 72 40 40 0 0 0 34-72z"/><circle cx="160" cy="168" r="37" fill="$a"/><path fill="$A" opacity=".6" d="M176 134a37 37 0 0 1-32 68 37 37 0 0 0 32-68z"/><ellipse cx="64" cy="152" rx="6" ry="12" fill="#fff" opacity=".5" transform="rotate(30 64 152)"/><ellipse cx="144" cy="156" rx="5" ry="11" fill="#fff" opacity=".5" transform="rotate(30 144 156)"/><path fill="none" stroke="$A" stroke-width="4" d="M74 130c6 4 12 4 16 0M150 136c6 4 12 4 16 0"/>"##,
    },
    Shape {
        name: "lychee",
        shadow: 80,
        art: r##"<path fill="none" stroke="#7a5a34" stroke-width="5" d="M84 110c4-26 20-44 42-54M158 116c-2-28-14-48-32-60"/><path fill="#5f9f4a" d="M126 56c18-16 42-14 56 0-16 16-42 18-56 0zM122 58c-20-10-40-4-50 10 18 10 40 6 50-10z"/><circle cx="158" cy="154" r="42" fill="$A"/><path fill="none" stroke="$a" stroke-width="9" d="M140 132h.1M160 124h.1M178 138h.1M184 158h.1M164 148h.1M148 160h.1M170 176h.1"/><circle cx="86" cy="156" r="46" fill="$a"/><path fill="none" stroke="$l" stroke-width="9" opacity=".7" d="M66 130h.1M88 124h.1M108 136h.1M56 154h.1M78 148h.1M100 156h.1M118 160h.1M68 174h.1M90 180h.1M110 182h.1"/><path fill="#fbf7ef" d="M140 204c-22-2-34-16-32-34 16 8 46 8 58 0 2 20-8 34-26 34z"/><path fill="#e9e2d6" d="M150 203c10-6 15-18 16-33-6 4-12 5-18 6 4 8 4 18 2 27z"/>"##,
    },
    Shape {
        name: "pomelo",
        shadow: 62,
        art: r##"<path fill="$a" d="M120 62c22 0 30 24 46 46 18 24 22 40 20 50-4 30-34 46-66 46s-62-16-66-46c-2-10 2-26 20-50 16-22 24-46 46-46z"/><path fill="$A" opacity=".45" d="M128 64c16 6 24 26 38 44 18 24 22 40 20 50-4 30-34 46-66 46 56-22 50-96 8-140z"/><path fill="none" stroke="$A" stroke-width="3" d="M88 130h.1M104 112h.1M80 156h.1M98 170h.1M112 144h.1M118 182h.1M130 120h.1"/><path fill="#4f8f45" d="M120 66c-6-22 8-36 28-38 6 20-6 36-28 38z"/><path fill="#6b4a2f" d="M114 58h8l2 10h-12z"/><ellipse cx="84" cy="140" rx="8" ry="20" fill="#fff" opacity=".4" transform="rotate(28 84 140)"/>"##,
    },
    Shape {
        name: "melon",
        shadow: 84,
        art: r##"<ellipse cx="106" cy="126" rx="74" ry="64" fill="$a"/><path fill="none" stroke="$l" stroke-width="3" d="M38 110c30 14 104 14 140 0M34 136c34 18 112 18 146 0M60 78c-16 34-14 74 8 100M96 62c-12 40-10 86 4 128M134 68c14 34 14 74-4 112M56 90c28 10 70 10 100-4"/><path fill="$A" d="M96 152l116-34c8 42-14 84-58 88-30 2-50-24-58-54z"/><path fill="#e4ecc0" d="M102 152l106-31c4 38-16 72-54 77-26 2-44-20-52-46z"/><path fill="$b" d="M112 151l90-26c2 32-14 58-48 64-22 2-36-16-42-38z"/><path fill="$m" d="M130 147l52-15c0 20-10 36-28 38-12 0-20-10-24-23z"/><path fill="none" stroke="#fbf1cf" stroke-width="5" d="M146 150l2 4M158 146l2 4M168 143l0 4"/>"##,
    },
    Shape {
        name: "avocado",
        shadow: 78,
        art: r##"<path fill="$a" d="M86 64c20-4 30 14 38 38 10 28 4 64-34 72-36 6-58-20-54-52 4-26 28-52 50-58z"/><path fill="none" stroke="$l" stroke-width="3" opacity=".8" d="M62 104h.1M78 92h.1M56 124h.1M72 116h.1M90 104h.1M66 142h.1"/><path fill="$a" d="M164 72c-20 0-26 18-32 40-12 14-26 30-24 54 2 26 26 40 52 38 28-2 50-22 46-50-4-22-16-36-20-54-4-16-8-28-22-28z"/><path fill="#9fbf4f" d="M163 78c-15 0-20 16-26 38-12 14-25 28-23 50 2 22 22 34 46 32 25-2 44-19 40-44-4-20-16-34-20-52-3-14-6-24-17-24z"/><path fill="$b" d="M162 88c-10 0-14 14-18 32-12 14-22 24-20 44 2 18 18 27 36 26 20-2 34-16 31-36-4-18-14-30-18-46-3-12-4-20-11-20z"/><circle cx="157" cy="158" r="22" fill="#8a5a34"/><path fill="#fff" opacity=".35" d="M142 152c2-8 8-12 16-13-4 4-12 6-16 13z"/>"##,
    },
    Shape {
        name: "persimmon",
        shadow: 66,
        art: r##"<path fill="$a" d="M120 88c44-14 74 12 70 54-4 40-36 62-70 62s-66-22-70-62c-4-42 26-68 70-54z"/><path fill="$A" opacity=".5" d="M146 84c30 0 46 24 44 58-4 40-36 62-70 62 44-24 50-76 26-120z"/><path fill="#6f8f3f" d="M120 92c-14 16-34 18-50 10 6-16 22-24 38-20-4-14 0-24 12-28 12 4 16 14 12 28 16-4 32 4 38 20-16 8-36 6-50-10z"/><path fill="#55722f" d="M112 90c0-10 2-14 8-16 6 2 8 6 8 16-4 4-12 4-16 0z"/><ellipse cx="76" cy="136" rx="8" ry="18" fill="#fff" opacity=".4" transform="rotate(20 76 136)"/>"##,
    },
    Shape {
        name: "pomegranate",
        shadow: 62,
        art: r##"<path fill="$A" d="M104 80l-10-36 16 8 10-14 10 14 16-8-10 36z"/><circle cx="120" cy="140" r="64" fill="$a"/><path fill="$A" opacity=".5" d="M146 82a64 64 0 0 1-48 118 64 64 0 0 0 48-118z"/><path fill="#f6e4c8" d="M148 118c22 8 28 38 12 58-26 0-44-14-48-34 8-14 20-22 36-24z"/><path fill="none" stroke="#b5182f" stroke-width="15" d="M146 132h.1M130 142h.1M160 146h.1M144 150h.1M156 162h.1M140 164h.1"/><path fill="none" stroke="#fff" opacity=".6" stroke-width="4" d="M143 129h.1M127 139h.1M157 143h.1M141 147h.1M153 159h.1"/><ellipse cx="78" cy="120" rx="7" ry="18" fill="#fff" opacity=".35" transform="rotate(26 78 120)"/>"##,
    },
    Shape {
        name: "papaya",
        shadow: 80,
        art: r##"<path fill="$A" d="M40 132c0-30 30-62 66-62 40 0 76 30 78 60-6 30-44 52-80 50-34-2-64-20-64-48z"/><path fill="#8fae4f" opacity=".6" d="M40 132c0-30 30-62 66-62-30 20-44 60-30 104-20-6-36-20-36-42z"/><path fill="$a" d="M62 170c10-34 46-62 86-58 34 4 56 22 56 42-4 30-42 52-84 50-32-2-54-14-58-34z"/><path fill="$b" d="M72 170c10-28 42-50 76-47 28 3 46 17 46 31-4 24-36 42-74 40-26-2-45-12-48-24z"/><path fill="$B" d="M96 172c10-16 32-28 52-26 16 2 28 8 28 14-4 12-24 20-46 20-18 0-32-4-34-8z"/><path fill="none" stroke="#33302a" stroke-width="9" d="M112 170h.1M124 162h.1M128 174h.1M140 158h.1M142 170h.1M156 160h.1M156 170h.1"/>"##,
    },
    Shape {
        name: "plum",
        shadow: 80,
        art: r##"<circle cx="154" cy="138" r="48" fill="$A"/><path fill="none" stroke="#7a5a34" stroke-width="5" d="M92 108c2-22 12-36 28-44"/><path fill="#6aa84f" d="M112 78c14-20 38-20 54-8-14 18-38 22-54 8z"/><ellipse cx="92" cy="154" rx="54" ry="50" fill="$a"/><path fill="$A" opacity=".7" d="M120 112c44 18 34 90-26 92 40-22 44-62 26-92z"/><path fill="none" stroke="$A" stroke-width="4" d="M92 106c-12 30-10 66 0 96"/><ellipse cx="62" cy="140" rx="7" ry="18" fill="#fff" opacity=".35" transform="rotate(26 62 140)"/><ellipse cx="172" cy="118" rx="5" ry="10" fill="#fff" opacity=".25" transform="rotate(-30 172 118)"/>"##,
    },
    Shape {
        name: "coconut",
        shadow: 62,
        art: r##"<path fill="#f4d8d8" d="M136 70l34-44 8 6-30 44z"/><path fill="none" stroke="#d8505a" stroke-width="4" d="M146 60l8 5M156 47l8 5M166 34l8 5"/><path fill="#f5efdf" d="M66 106c6-14 30-22 54-22s48 8 54 22c12 36 8 70-16 98H82c-24-28-28-62-16-98z"/><path fill="#e2d6bb" d="M150 90c12 4 20 9 24 16 12 36 8 70-16 98h-30c30-28 40-74 22-114z"/><ellipse cx="120" cy="104" rx="54" ry="21" fill="$a"/><ellipse cx="120" cy="103" rx="46" ry="16" fill="$b"/><ellipse cx="120" cy="106" rx="36" ry="11" fill="#d9eef0"/><path fill="none" stroke="#cdbf9f" stroke-width="3" d="M76 140c4 20 8 40 18 60M98 146c2 20 6 38 10 56M142 146c-2 20-4 38-8 56"/><path fill="#f4d8d8" d="M124 108l20-28 8 6-18 24z"/>"##,
    },
    Shape {
        name: "tomato",
        shadow: 76,
        art: r##"<path fill="none" stroke="#5a8f3f" stroke-width="6" d="M60 70c40-16 90-14 124 8M104 62c-4 10-6 20-6 34M160 68c2 10 2 20 0 34"/><ellipse cx="160" cy="146" rx="46" ry="42" fill="$A"/><path fill="#5a9a48" d="M160 108c-8-8-18-8-26-4 6 8 16 12 26 12s20-4 26-12c-8-4-18-4-26 4z"/><ellipse cx="96" cy="152" rx="58" ry="52" fill="$a"/><path fill="$A" opacity=".5" d="M124 108c46 20 38 92-26 96 44-22 48-66 26-96z"/><path fill="#5a9a48" d="M98 106c-6-16-22-20-36-14 4 12 18 18 30 16-8 6-10 14-8 24 10-4 14-12 16-22 6 8 14 12 24 10-2-10-8-16-18-18 10 0 20-6 22-16-12-4-26 2-30 20z"/><ellipse cx="62" cy="146" rx="7" ry="16" fill="#fff" opacity=".45" transform="rotate(24 62 146)"/>"##,
    },
    Shape {
        name: "broccoli",
        shadow: 50,
        art: r##"<path fill="#a9cf7a" d="M98 130h44c0 24 6 42 12 62 2 8-4 12-10 12H96c-6 0-12-4-10-12 6-20 12-38 12-62z"/><path fill="#8fb862" d="M128 130h14c0 24 6 42 12 62 2 8-4 12-10 12h-16c8-24 6-52 0-74z"/><path fill="none" stroke="$A" stroke-width="52" d="M82 126h.1M158 126h.1M120 136h.1"/><path fill="none" stroke="$a" stroke-width="52" d="M72 104h.1M106 76h.1M142 80h.1M168 104h.1M104 114h.1M138 112h.1"/><path fill="none" stroke="$l" stroke-width="12" d="M64 94h.1M82 88h.1M98 66h.1M116 60h.1M138 68h.1M156 88h.1M174 98h.1M102 102h.1M128 96h.1M118 84h.1M86 108h.1M150 108h.1"/>"##,
    },
    Shape {
        name: "carrot",
        shadow: 70,
        art: r##"<path fill="#5a9a48" d="M148 92c-6-22 0-42 14-54 6 14 6 28 2 40 8-12 20-18 36-18-2 16-14 26-28 30 12-2 24 2 32 12-14 8-34 6-48-2z"/><path fill="$A" d="M160 92c10 8 12 20 4 30-30 40-66 66-98 82-6 2-10-2-8-8 14-36 38-72 70-102 10-8 22-8 32-2z"/><path fill="$a" d="M146 84c14 6 18 20 12 32-26 42-60 72-94 90-4 2-8-2-8-6 10-38 30-76 60-108 8-8 20-12 30-8z"/><path fill="none" stroke="$A" stroke-width="4" d="M112 102l14 8M96 124l10 6M130 132l14 8M108 150l10 6M82 150l8 6M88 174l8 5"/><path fill="none" stroke="$l" stroke-width="5" d="M124 96c-16 16-28 32-38 50"/>"##,
    },
    Shape {
        name: "cucumber",
        shadow: 76,
        art: r##"<path fill="$A" d="M44 188c-8-10-4-22 6-30L158 66c12-10 30-10 40 2s8 28-4 38L82 194c-12 10-30 6-38-6z"/><path fill="$a" d="M48 176c-6-8-2-16 6-24L160 64c10-8 24-8 34 2 6 8 4 20-6 28L78 184c-10 8-24 2-30-8z"/><path fill="none" stroke="$l" stroke-width="4" d="M70 156l18-15M104 128l22-18M142 97l16-13M96 152l16-13M130 124l18-14"/><path fill="#e0b83a" d="M190 60l14-8 2 14z"/><circle cx="160" cy="170" r="33" fill="$A"/><circle cx="160" cy="170" r="28" fill="#dcecb4"/><circle cx="160" cy="170" r="17" fill="#c5de94"/><path fill="none" stroke="#f6f8de" stroke-width="5" d="M160 158v3M170 164l-2 2M170 176l-2-2M160 182v-3M150 176l2-2M150 164l2 2"/>"##,
    },
    Shape {
        name: "corn",
        shadow: 66,
        art: r##"<path fill="$a" d="M96 54c24-14 40 8 44 46 4 42-8 84-28 104-22-14-36-50-38-92-2-28 6-50 22-58z"/><path fill="none" stroke="$A" stroke-width="3" d="M92 62c-6 40-2 90 14 134M108 54c0 44 4 92 8 140M124 62c8 36 8 84 0 124M78 86c18 6 40 6 58-4M74 110c20 6 46 6 66-4M76 134c20 6 46 6 64-2M82 158c16 6 38 4 54-2"/><path fill="$b" d="M110 206c-34-12-58-48-60-98 26 16 48 50 60 98z"/><path fill="$B" d="M108 206c10-46 30-82 62-100 2 50-22 90-62 100z"/><path fill="$b" d="M112 206c4-30 26-64 72-80-6 44-36 78-72 80z"/><path fill="none" stroke="$m" stroke-width="3" d="M60 126c18 20 34 46 46 74M172 138c-22 18-42 40-56 64"/>"##,
    },
    Shape {
        name: "pepper",
        shadow: 78,
        art: r##"<path fill="$b" d="M158 92c-14-12-50-6-50 30 0 34 12 78 26 78 8 0 12-6 20-6s12 6 20 6c18 0 32-42 32-78 0-38-34-42-48-30z"/><path fill="none" stroke="$B" stroke-width="4" d="M150 94c-8 30-6 68 2 98"/><path fill="none" stroke="#4f8a3f" stroke-width="9" d="M158 92c0-12 2-18 8-24"/><path fill="$a" d="M92 96c-16-14-56-8-56 34 0 36 14 74 32 74 8 0 14-6 22-6s14 6 22 6c20 0 34-40 34-74 0-42-38-48-54-34z"/><path fill="$A" opacity=".5" d="M118 88c18 2 28 18 28 42 0 34-14 74-34 74-6 0-10-3-15-5 30-22 38-76 21-111z"/><path fill="none" stroke="$A" stroke-width="4" d="M86 98c-10 30-8 68 2 98"/><path fill="#5a9a48" d="M66 92c10-8 42-8 52 0-8 10-44 10-52 0z"/><path fill="none" stroke="#4f8a3f" stroke-width="10" d="M92 92c0-16-4-24-12-30"/><ellipse cx="56" cy="132" rx="6" ry="22" fill="#fff" opacity=".4" transform="rotate(8 56 132)"/>"##,
    },
    Shape {
        name: "eggplant",
        shadow: 66,
        art: r##"<path fill="$a" d="M160 76c22 14 14 46-2 68-20 30-44 58-80 60-30 0-44-26-32-50 14-28 44-34 62-58 16-22 34-32 52-20z"/><path fill="$A" opacity=".6" d="M168 84c14 16 4 42-10 60-20 30-44 58-80 60-10 0-18-3-24-8 60 4 100-50 114-112z"/><path fill="#6f9f4f" d="M124 84c-2-14 8-24 22-26 4-10 10-18 22-22l10 10c-6 8-8 14-6 24 10 10 12 24 4 36-8-4-12-10-14-18-10 4-20 4-38-4z"/><path fill="none" stroke="#fff" opacity=".4" stroke-width="8" d="M66 162c8-16 24-22 38-32"/>"##,
    },
    Shape {
        name: "bokchoy",
        shadow: 48,
        art: r##"<path fill="$A" d="M120 132c-34-2-58-28-54-70 26-6 48 14 54 44 6-30 28-50 54-44 4 42-20 68-54 70z"/><path fill="$a" d="M108 140c-30 6-58-10-66-44 24-18 54-6 68 26zM132 140c30 6 58-10 66-44-24-18-54-6-68 26zM120 128c-22-14-28-60 0-88 28 28 22 74 0 88z"/><path fill="#eef5df" d="M120 112c12 16 16 30 22 42 10 20 0 50-22 50s-32-30-22-50c6-12 10-26 22-42z"/><path fill="#d9e9bd" d="M94 132c-6 16-22 32-14 56 4 10 14 16 26 16-18-14-16-46-12-72zM146 132c6 16 22 32 14 56-4 10-14 16-26 16 18-14 16-46 12-72z"/><path fill="none" stroke="#c9dda6" stroke-width="3" d="M112 150c-4 14-4 32 0 46M128 150c4 14 4 32 0 46"/><path fill="none" stroke="$l" stroke-width="3" d="M120 108V62M60 98c16 6 30 16 40 28M180 98c-16 6-30 16-40 28"/>"##,
    },
    Shape {
        name: "spinach",
        shadow: 44,
        art: r##"<path fill="none" stroke="#8fbf6f" stroke-width="8" d="M112 198c-8-30-24-50-40-72M120 200c0-40 0-70 0-100M128 198c8-30 24-50 40-72"/><path fill="$A" d="M84 150c-36 2-52-30-42-62 34 0 54 24 42 62zM156 150c36 2 52-30 42-62-34 0-54 24-42 62z"/><path fill="$a" d="M120 132c-34-18-38-64 0-98 38 34 34 80 0 98zM102 166c-28 14-54 2-60-22 22-18 50-10 60 22zM138 166c28 14 54 2 60-22-22-18-50-10-60 22z"/><path fill="none" stroke="$l" stroke-width="3" d="M120 126V58M120 96l-14-12M120 96l14-12M54 100c10 12 20 26 26 44M186 100c-10 12-20 26-26 44M54 146c16 0 32 6 44 16M186 146c-16 0-32 6-44 16"/><path fill="#d9707a" d="M104 188h32l-8 16h-16z"/>"##,
    },
    Shape {
        name: "lettuce",
        shadow: 44,
        art: r##"<path fill="$A" d="M116 202C76 190 44 140 58 72c10-8 20-4 24 6 12 38 28 80 34 124zM124 202c40-12 72-62 58-130-10-8-20-4-24 6-12 38-28 80-34 124z"/><path fill="$a" d="M118 204c-34-30-50-96-26-156 12-8 22 0 24 14 6 46 4 96 2 142zM122 204c34-30 50-96 26-156-12-8-22 0-24 14-6 46-4 96-2 142z"/><path fill="$l" d="M120 204c-22-40-26-110 0-170 26 60 22 130 0 170z"/><path fill="#f4f7e2" d="M114 204c0-50 2-90 6-130 4 40 6 80 6 130z"/><path fill="none" stroke="#f4f7e2" stroke-width="2.500" d="M119 120l-14-16M121 120l14-16M119 150l-16-18M121 150l16-18M76 96c8 30 18 60 32 92M164 96c-8 30-18 60-32 92"/>"##,
    },
    Shape {
        name: "napa",
        shadow: 54,
        art: r##"<path fill="$A" d="M88 66c-36 6-48 50-36 92 8 30 34 46 68 46s60-16 68-46c12-42 0-86-36-92-18-28-46-28-64 0z"/><path fill="$a" d="M120 40c-28 0-44 32-46 78-2 52 20 86 46 86s48-34 46-86c-2-46-18-78-46-78z"/><path fill="$l" d="M120 44c-16 8-30 34-30 72 0 50 14 80 30 88 16-8 30-38 30-88 0-38-14-64-30-72z"/><path fill="#fbfbee" d="M120 96c8 22 16 50 16 76 0 18-6 30-16 32-10-2-16-14-16-32 0-26 8-54 16-76zM62 122c10 22 20 54 38 78-24-4-40-18-46-42-3-12 0-26 8-36zM178 122c-10 22-20 54-38 78 24-4 40-18 46-42 3-12 0-26-8-36z"/><path fill="none" stroke="$A" stroke-width="2" d="M120 100V60M112 92l-12-14M128 92l12-14M108 114l-14-14M132 114l14-14"/>"##,
    },
    Shape {
        name: "cabbage",
        shadow: 66,
        art: r##"<circle cx="120" cy="136" r="68" fill="$a"/><path fill="$A" d="M52 136c0-36 28-66 62-68-30 22-44 66-18 132-26-10-44-34-44-64z"/><path fill="$l" d="M118 68c40 0 70 32 70 68 0 34-24 62-56 67 30-40 30-96-14-135z"/><path fill="none" stroke="#f6f9e6" stroke-width="4" d="M122 200c4-50-2-92-28-122M120 170c-14-14-26-22-40-24M121 146c-10-18-22-30-36-36M124 184c14-22 28-34 48-42M124 150c8-20 20-36 38-46"/><path fill="none" stroke="$A" stroke-width="3" d="M118 68c44 39 44 95 14 135"/>"##,
    },
    Shape {
        name: "potato",
        shadow: 80,
        art: r##"<path fill="$A" d="M128 88c30-16 66 0 72 34 4 32-18 56-50 54-32 0-50-24-48-50 2-16 10-30 26-38z"/><path fill="$a" d="M52 124c18-26 62-30 84-6 20 22 22 58-4 76-28 18-70 10-86-16-10-18-8-38 6-54z"/><path fill="$l" opacity=".7" d="M60 130c14-18 42-22 60-10-22 0-44 8-58 32-6-6-8-14-2-22z"/><path fill="none" stroke="$A" stroke-width="4" d="M84 140l6 2M110 156l6-2M76 176l6 2M104 186l5-2M128 136l3 3M62 160l3 2"/><path fill="none" stroke="#8a6a3a" stroke-width="4" opacity=".6" d="M158 112l5 2M176 136l5-2M152 148l4 2"/>"##,
    },
    Shape {
        name: "sweetpotato",
        shadow: 82,
        art: r##"<path fill="$A" d="M30 138c26-10 44-44 84-48 42-4 62 24 94 26-14 18-34 46-76 50-44 4-70-16-102-28z"/><path fill="$a" d="M34 176c22-4 36-34 70-42 40-8 56 14 78 20-10 20-24 44-62 48-36 4-58-14-86-26z"/><path fill="none" stroke="$A" stroke-width="4" d="M86 156l10 3M112 148l8 3M100 180l9-2M134 164l8 2"/><ellipse cx="172" cy="172" rx="32" ry="30" fill="$a"/><ellipse cx="172" cy="172" rx="27" ry="25" fill="#f4a83f"/><ellipse cx="172" cy="172" rx="15" ry="13" fill="#f8bf62"/>"##,
    },
    Shape {
        name: "onion",
        shadow: 60,
        art: r##"<path fill="none" stroke="#c9a05a" stroke-width="5" d="M114 78c-2-16-8-26-14-34M122 76c0-18 4-28 10-36M128 80c6-12 12-18 22-22"/><path fill="$a" d="M120 68c8 18 66 32 66 82 0 34-30 54-66 54s-66-20-66-54c0-50 58-64 66-82z"/><path fill="$A" opacity=".5" d="M122 72c12 16 64 32 64 78 0 34-30 54-66 54 50-24 40-94 2-132z"/><path fill="none" stroke="$l" stroke-width="4" d="M114 84c-32 32-40 78-18 114M120 78c-6 40-6 86 0 124M98 92c-28 20-38 48-30 82M128 84c28 34 34 76 18 112"/><path fill="none" stroke="#d9c49a" stroke-width="3" d="M112 203l-4 8M120 204v9M128 203l4 8"/>"##,
    },
    Shape {
        name: "garlic",
        shadow: 60,
        art: r##"<path fill="$a" d="M120 54c6 0 8 4 8 14 0 24 60 34 60 86 0 34-30 50-68 50s-68-16-68-50c0-52 60-62 60-86 0-10 2-14 8-14z"/><path fill="#b58ab0" opacity=".55" d="M112 70c0 24-60 34-60 84 0 20 10 33 26 41-24-50 22-84 34-125zM128 70c0 24 60 34 60 84 0 20-10 33-26 41 24-50-22-84-34-125z"/><path fill="none" stroke="#c9b0c4" stroke-width="3" d="M118 78c-34 40-44 80-22 124M122 78c34 40 44 80 22 124M120 80c-4 42-4 84 0 124"/><path fill="#d9c9b8" d="M114 54l2-18 10 2-2 18z"/><ellipse cx="104" cy="150" rx="6" ry="22" fill="#fff" opacity=".8" transform="rotate(8 104 150)"/>"##,
    },
    Shape {
        name: "ginger",
        shadow: 76,
        art: r##"<path fill="$a" d="M42 160c-4-18 14-30 34-26 2-22 8-46 30-50 18-2 26 14 22 30 22-16 54-26 68-8 12 18-4 34-22 40 10 12 6 34-12 38-18 2-28-10-32-22-12 16-32 22-46 14-8 12-36 10-42-16z"/><path fill="$A" opacity=".5" d="M196 106c12 18-4 34-22 40 10 12 6 34-12 38-18 2-28-10-32-22-12 16-32 22-46 14-4 6-14 9-23 6 40-2 50-28 69-40 26-10 56-10 66-36z"/><path fill="none" stroke="$A" stroke-width="3" d="M76 136c6 8 8 18 6 28M90 104c8 4 18 4 28 2M134 120c8 4 12 12 12 20M96 134c6 6 10 14 10 22M160 104c6 6 8 14 8 22M56 144c4 6 6 12 4 20"/><ellipse cx="112" cy="88" rx="13" ry="8" fill="#f4e2b0"/>"##,
    },
    Shape {
        name: "scallion",
        shadow: 56,
        art: r##"<path fill="none" stroke="$A" stroke-width="9" d="M96 150C88 110 72 70 56 44M118 150c-4-44-6-78-2-116M142 150c8-40 22-74 44-100"/><path fill="none" stroke="$a" stroke-width="9" d="M106 150C100 108 92 74 84 40M130 150c2-40 8-76 20-112M120 150c2-40 0-70 14-104M152 152c8-30 24-58 40-74"/><path fill="none" stroke="#f2f5e0" stroke-width="12" d="M98 150c2 16 4 28 4 40M112 150c0 16 2 28 2 42M126 150c0 16 0 28-2 42M140 150c-2 16-2 28-4 40"/><path fill="none" stroke="#d9d3b5" stroke-width="2" d="M100 196l-4 10M104 196l2 10M114 198v9M124 198l2 9M136 196l4 9"/><path fill="#c2453f" d="M84 142c24-6 52-6 74 0v14c-24-6-52-6-74 0z"/>"##,
    },
    Shape {
        name: "mushroom",
        shadow: 76,
        art: r##"<path fill="#f0e2c8" d="M142 138h34c2 18 6 30 8 44 2 10-6 14-24 14s-28-4-26-14c4-14 6-26 8-44z"/><path fill="$A" d="M108 140c0-34 24-56 52-56s50 22 50 52c0 10-12 14-50 14-36 0-52-2-52-10z"/><path fill="#f6ebd6" d="M72 150h44c2 18 6 30 8 40 2 12-10 14-30 14s-32-2-30-14c2-10 6-22 8-40z"/><path fill="#e2d0b0" d="M104 150h12c2 18 6 30 8 40 2 12-10 14-24 14 8-18 8-36 4-54z"/><path fill="$a" d="M28 146c0-44 30-74 66-74s66 30 66 70c0 14-18 20-66 20-46 0-66-4-66-16z"/><path fill="none" stroke="$l" stroke-width="4" d="M62 118l14-10M66 106l10 14M104 98l14 6M114 94l-4 14M122 132l14-4M126 124l6 14M84 136l12 2"/><ellipse cx="60" cy="112" rx="7" ry="14" fill="#fff" opacity=".25" transform="rotate(40 60 112)"/>"##,
    },
    Shape {
        name: "enoki",
        shadow: 50,
        art: r##"<path fill="none" stroke="#ddcba2" stroke-width="7" d="M96 196c-4-40-14-76-26-108M110 196c-2-50-6-90-14-124M130 196c2-50 8-90 16-122M146 196c4-40 12-76 26-104"/><path fill="none" stroke="$a" stroke-width="7" d="M102 196c-4-50-10-80-20-114M120 196V66M138 196c4-50 8-80 20-112M90 190c-8-36-20-60-34-80M152 190c8-36 20-60 34-78"/><path fill="none" stroke="#fffaeb" stroke-width="19" d="M70 84h.1M96 66h.1M146 68h.1M172 86h.1"/><path fill="none" stroke="#f7ecd2" stroke-width="20" d="M82 78h.1M120 60h.1M158 78h.1M56 106h.1M186 106h.1"/><path fill="none" stroke="#d9c494" stroke-width="2" d="M74 84c4 4 12 4 16 0M112 66c4 4 12 4 16 0M150 84c4 4 12 4 16 0"/><path fill="#e2d3ae" d="M84 178c22 6 52 6 74 0l-4 22c-20 6-46 6-66 0z"/>"##,
    },
    Shape {
        name: "lotusroot",
        shadow: 80,
        art: r##"<path fill="$a" d="M40 150c-4-26 14-46 40-48 16-2 24 6 32 6s20-14 44-12c28 2 44 26 42 52-2 28-24 44-50 42-16-2-24-8-34-8s-18 8-34 8c-22 0-38-18-40-40z"/><path fill="$A" opacity=".6" d="M104 106c8 4 14 2 18 0-6 22-6 50 0 78-6-3-12-2-16 0-8-24-8-54-2-78z"/><path fill="none" stroke="$A" stroke-width="3" d="M60 128h.1M74 166h.1M88 122h.1M54 150h.1"/><ellipse cx="160" cy="146" rx="42" ry="46" fill="#f8ecd8"/><ellipse cx="160" cy="146" rx="42" ry="46" fill="none" stroke="$A" stroke-width="3"/><path fill="none" stroke="#b58f68" stroke-width="14" d="M160 120v2M180 130h1M184 152h1M170 170h1M148 170h1M136 152h1M140 130h1"/><circle cx="160" cy="146" r="6" fill="#b58f68"/>"##,
    },
    Shape {
        name: "pumpkin",
        shadow: 72,
        art: r##"<path fill="#8a7a4a" d="M112 88c0-18-2-28-8-36l16-6c8 10 12 24 12 42z"/><ellipse cx="74" cy="146" rx="36" ry="50" fill="$A"/><ellipse cx="166" cy="146" rx="36" ry="50" fill="$A"/><ellipse cx="96" cy="146" rx="34" ry="56" fill="$a"/><ellipse cx="144" cy="146" rx="34" ry="56" fill="$a"/><ellipse cx="120" cy="146" rx="26" ry="58" fill="$l"/><path fill="none" stroke="$b" stroke-width="5" opacity=".7" d="M120 100v90M88 112c-8 24-8 46 0 70M152 112c8 24 8 46 0 70"/><ellipse cx="58" cy="134" rx="5" ry="16" fill="#fff" opacity=".3" transform="rotate(12 58 134)"/>"##,
    },
    Shape {
        name: "wintermelon",
        shadow: 80,
        art: r##"<path fill="$A" d="M36 126c0-36 34-56 84-56s86 20 86 58-36 62-86 62-84-26-84-64z"/><path fill="$a" d="M36 124c0-34 34-54 84-54 30 0 54 7 69 20-24 30-110 50-152 46-1-4-1-8-1-12z"/><path fill="none" stroke="$l" stroke-width="4" opacity=".8" d="M60 104h.1M84 90h.1M112 84h.1M78 116h.1M106 106h.1M136 96h.1M150 84h.1"/><ellipse cx="160" cy="148" rx="46" ry="54" fill="$a"/><ellipse cx="160" cy="148" rx="40" ry="48" fill="#f4f8e6"/><ellipse cx="160" cy="150" rx="22" ry="28" fill="#e2ecc9"/><path fill="none" stroke="#c9b98a" stroke-width="6" d="M152 136l1 3M166 138l0 3M158 152l1 3M170 156l-1 3M152 166l1 3M164 170l0 3"/>"##,
    },
    Shape {
        name: "radish",
        shadow: 70,
        art: r##"<path fill="#6aa84f" d="M160 84c-6-24 4-44 20-54 6 16 4 34-4 46 10-8 20-10 32-8-2 18-16 30-34 32z"/><path fill="$a" d="M170 84c14 14 10 38-8 58-22 26-56 40-86 50-14 4-22 10-34 14 6-12 10-22 16-34 14-32 32-62 58-82 18-14 40-20 54-6z"/><path fill="#d9d6c4" d="M174 92c8 14 2 34-12 50-22 26-56 40-86 50 48-26 82-58 98-100z"/><path fill="#b9d58a" opacity=".8" d="M130 84c16-8 32-10 40 0 8 8 10 18 6 30-12-16-26-26-46-30z"/><path fill="none" stroke="#cfcbb5" stroke-width="3" d="M110 108l10 8M92 134l8 6M120 138l8 5M84 166l6 4"/>"##,
    },
    Shape {
        name: "celery",
        shadow: 46,
        art: r##"<path fill="#5a9a48" d="M84 80c-22-2-34-20-28-40 18 0 30 14 28 40zM120 66c-18-12-18-32 0-46 18 14 18 34 0 46zM156 80c22-2 34-20 28-40-18 0-30 14-28 40zM100 78c-12-8-16-20-10-32 12 4 18 16 10 32zM140 78c12-8 16-20 10-32-12 4-18 16-10 32z"/><path fill="$A" d="M76 72l16-4c6 40 14 80 16 134H88c-4-50-4-90-12-130zM164 72l-16-4c-6 40-14 80-16 134h20c4-50 4-90 12-130z"/><path fill="$a" d="M96 66h16c4 46 6 90 6 138H96c4-50 4-92 0-138zM144 66h-16c-4 46-6 90-6 138h22c-4-50-4-92 0-138z"/><path fill="none" stroke="$l" stroke-width="4" d="M104 76c3 40 4 80 4 122M136 76c-3 40-4 80-4 122M86 84c6 34 8 74 10 112M154 84c-6 34-8 74-10 112"/>"##,
    },
    Shape {
        name: "beans",
        shadow: 78,
        art: r##"<path fill="none" stroke="$A" stroke-width="15" d="M50 182c20-46 70-90 130-104M46 120c34 44 90 70 146 68"/><path fill="none" stroke="$a" stroke-width="15" d="M54 150c40 2 100-14 138-52M66 92c14 44 60 90 108 98M70 192c44 2 100-20 128-58"/><path fill="none" stroke="$l" stroke-width="4" d="M62 148c38 0 90-14 124-46M70 98c16 40 56 80 96 92M80 190c40-2 84-20 110-50"/><path fill="none" stroke="#4a7a3a" stroke-width="5" d="M180 78l12-6M192 98l10-10M66 92l-4-12M198 134l8-10"/>"##,
    },
    Shape {
        name: "chili",
        shadow: 70,
        art: r##"<path fill="$A" d="M168 84c10 40-20 96-92 112-8 2-10-4-4-8 40-26 54-60 60-98 4-18 32-22 36-6z"/><path fill="$a" d="M138 76c14 38-8 98-84 124-8 2-10-4-4-10 36-32 48-68 52-106 2-18 30-24 36-8z"/><path fill="none" stroke="#fff" opacity=".45" stroke-width="6" d="M114 88c0 28-8 52-22 74"/><path fill="#5a9a48" d="M98 80c2-16 36-20 44-4-10 10-34 12-44 4zM130 86c4-14 34-16 42-2-10 8-32 10-42 2z"/><path fill="none" stroke="#4f8a3f" stroke-width="7" d="M118 70c0-14 4-24 14-30M152 76c2-14 10-22 20-24"/>"##,
    },
    Shape {
        name: "asparagus",
        shadow: 52,
        art: r##"<path fill="$A" d="M80 204V76c0-16 6-30 12-36 6 6 10 20 10 36v128zM138 204V76c0-16 6-30 12-36 6 6 10 20 10 36v128z"/><path fill="$a" d="M96 204V66c0-16 6-28 12-36 6 8 12 20 12 36v138zM120 204V60c0-16 6-30 12-38 6 8 12 22 12 38v144z"/><path fill="none" stroke="$l" stroke-width="4" d="M101 70c4 4 10 4 14 0M102 54c4 4 8 4 12 0M126 66c4 4 10 4 14 0M127 48c4 4 8 4 12 0M101 100l6 6M126 96l6 6M84 84c4 4 8 4 12 0M144 84c4 4 8 4 12 0"/><path fill="#8a5fb0" opacity=".35" d="M98 58c2-12 6-22 10-28 4 6 8 16 10 28-6 6-14 6-20 0zM122 52c2-14 6-24 10-30 4 6 8 16 10 30-6 6-14 6-20 0z"/><path fill="#e9dfc4" d="M76 142c28 5 60 5 88 0v18c-28 5-60 5-88 0z"/><circle cx="120" cy="154" r="7" fill="#c2453f"/>"##,
    },
];
