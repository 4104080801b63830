//! Bread and cakes, meat and fish, ices and nuts: food that is shown as it is eaten or cooked.

use super::{Motif, Shape};

/// Food drawn without a pack, or in one through which it shows.
pub(super) const SHAPES: &[Shape] = &[
    Shape {
        name: "croissant",
        shadow: 84,
        art: r##"<path fill="$A" d="M30 176c-8-14 0-36 18-48 20-36 42-50 72-50s52 14 72 50c18 12 26 34 18 48-10 16-32 12-42-4-8-12-24-20-48-20s-40 8-48 20c-10 16-32 20-42 4z"/><path fill="$a" d="M30 168c-8-14 0-32 18-44 6 4 20 16 22 40-10 18-30 18-40 4zM48 122c8-16 18-28 30-36 14 10 22 34 16 66-12 2-20 8-26 14-2-20-10-36-20-44zM82 84c12-6 24-8 38-8s26 2 38 8c-14 16-14 40-12 68-16-4-36-4-52 0 2-28 2-52-12-68zM162 86c12 8 22 20 30 36-10 8-18 24-20 44-6-6-14-12-26-14-6-32 2-56 16-66zM192 124c18 12 26 30 18 44-10 14-30 14-40-4 2-24 16-36 22-40z"/><path fill="none" stroke="$l" stroke-width="6" d="M42 138c-6 6-8 14-6 20M66 112c6 6 10 14 12 22M104 92c10-4 22-4 32 0M174 112c-6 6-10 14-12 22M198 138c6 6 8 14 6 20"/><path fill="none" stroke="$A" stroke-width="3" opacity=".7" d="M100 106c2 10 2 22 0 34M120 102v40M140 106c-2 10-2 22 0 34M84 112c4 8 6 18 4 28M156 112c-4 8-6 18-4 28"/>"##,
    },
    Shape {
        name: "loaf/sour",
        shadow: 86,
        art: r##"<path fill="$A" d="M32 150c0-44 40-68 88-68s88 24 88 68c0 34-30 54-88 54s-88-20-88-54z"/><path fill="$a" d="M36 142c0-40 38-62 84-62s84 22 84 62c0 30-28 48-84 48s-84-18-84-48z"/><path fill="#f7e9cf" d="M68 134c26-30 66-42 104-32-8 6-14 10-18 16-30-4-62 6-82 30-4-4-6-8-4-14z" opacity=".9"/><path fill="$A" opacity=".4" d="M72 148c20-24 52-34 82-30-4 6-6 10-8 16-26-2-50 8-66 26-4-2-8-6-8-12z"/><path fill="none" stroke="#f7e9cf" stroke-width="5" opacity=".8" d="M60 118c4-6 10-12 16-16M176 128c6 6 10 12 12 20M168 156c4 4 6 8 6 14M48 146c2 8 6 14 10 18M108 172c14 4 30 4 44 0"/>"##,
    },
    Shape {
        name: "loaf/nut",
        shadow: 84,
        art: r##"<path fill="$A" d="M36 112c0-26 30-36 74-36s94 6 94 36c0 12-8 16-8 24v54c0 8-4 14-14 14H58c-10 0-14-6-14-14v-54c0-8-8-12-8-24z"/><path fill="$a" d="M36 106c0-24 26-32 60-32s60 8 60 32c0 12-8 16-8 24v62c0 8-4 12-12 12H56c-8 0-12-4-12-12v-62c0-8-8-12-8-24z"/><path fill="#c79a6a" d="M46 108c0-18 22-24 50-24s50 6 50 24c0 10-8 12-8 22v56c0 6-2 8-8 8H62c-6 0-8-2-8-8v-56c0-10-8-12-8-22z"/><path fill="none" stroke="#7a4a2a" stroke-width="9" d="M74 112l6 3M112 108l6 4M92 136l8-2M70 162l6-4M118 156l6 4M94 178l8-2"/><path fill="none" stroke="#e6c79a" stroke-width="4" d="M92 112h.1M64 134h.1M124 132h.1M108 170h.1M84 154h.1M70 182h.1M124 182h.1"/><path fill="none" stroke="$l" stroke-width="4" opacity=".6" d="M166 92c8 2 14 4 18 8M164 130v50M180 132v46"/>"##,
    },
    Shape {
        name: "toast",
        shadow: 72,
        art: r##"<path fill="$A" d="M62 76c16-22 132-22 140 10 2 14-8 18-8 26v78c0 8-4 12-12 12H84z"/><path fill="#fff" opacity=".35" d="M194 112v78c0 8-4 12-12 12h-8c10-30 12-66 8-92z"/><path fill="$a" d="M38 98c-2-26 28-36 62-36s64 10 62 36c0 12-10 14-10 24v68c0 8-4 14-12 14H60c-8 0-12-6-12-14v-68c0-10-10-12-10-24z"/><path fill="#fbefd6" d="M48 98c-2-18 24-26 52-26s54 8 52 26c0 10-10 12-10 22v66c0 6-2 8-8 8H66c-6 0-8-2-8-8v-66c0-10-10-12-10-22z"/><path fill="none" stroke="$a" opacity=".35" stroke-width="4" d="M80 104h.1M104 96h.1M124 112h.1M88 128h.1M112 138h.1M76 154h.1M98 164h.1M124 160h.1M84 180h.1M116 182h.1"/><path fill="$A" opacity=".6" d="M170 74l6 126h-5L164 72zM186 78l3 122h-4L180 76z"/>"##,
    },
    Shape {
        name: "eggtart",
        shadow: 86,
        art: r##"<ellipse cx="170" cy="116" rx="46" ry="26" fill="#c98f4a"/><ellipse cx="170" cy="110" rx="46" ry="26" fill="#e2b06a"/><ellipse cx="170" cy="110" rx="36" ry="19" fill="$a"/><path fill="#7a4a1f" opacity=".7" d="M150 104c8-6 16-6 20 0-4 6-14 8-20 0zM176 114c6-4 12-2 14 4-6 4-12 2-14-4z"/><path fill="#c98f4a" d="M34 142h140l-22 56c-30 10-66 10-96 0z"/><path fill="none" stroke="#a86f34" stroke-width="4" d="M52 160l12 38M74 164l8 38M96 166l2 38M120 166l-4 38M142 163l-10 38"/><ellipse cx="104" cy="142" rx="72" ry="34" fill="#e2b06a"/><path fill="none" stroke="#c98f4a" stroke-width="3" d="M38 140c8-26 120-34 132 0M44 152c16 28 106 28 122-2"/><ellipse cx="104" cy="142" rx="58" ry="25" fill="$a"/><path fill="#7a4a1f" opacity=".75" d="M70 136c8-10 26-12 32-2-6 8-24 12-32 2zM110 150c8-8 22-6 26 2-6 8-20 8-26-2zM118 130c6-4 12-4 16 1-4 5-12 5-16-1z"/><path fill="#fff" opacity=".5" d="M62 146c2 8 10 14 20 16-10 0-20-6-20-16z"/>"##,
    },
    Shape {
        name: "baguette",
        shadow: 84,
        art: r##"<path fill="$A" d="M34 196c-10-10-4-26 8-38L158 52c16-14 36-16 46-6s8 30-6 44L82 190c-14 12-36 18-48 6z"/><path fill="$a" d="M34 186c-8-8-2-24 8-34L156 50c14-12 32-14 40-6s6 26-6 38L78 182c-14 12-34 14-44 4z"/><path fill="#f9e8c6" d="M62 142c14-4 28 2 34 14-14 4-28-2-34-14zM92 116c14-4 28 2 34 14-14 4-28-2-34-14zM122 90c14-4 28 2 34 14-14 4-28-2-34-14zM152 64c14-4 28 2 34 14-14 4-28-2-34-14z"/><path fill="none" stroke="$A" stroke-width="3" d="M62 142c14 0 26 4 34 14M92 116c14 0 26 4 34 14M122 90c14 0 26 4 34 14M152 64c14 0 26 4 34 14"/><path fill="none" stroke="$l" stroke-width="5" opacity=".8" d="M46 168c-4 4-4 8-2 10M70 182c6-2 12-6 16-10"/>"##,
    },
    Shape {
        name: "bun",
        shadow: 76,
        art: r##"<path fill="$A" d="M38 158c0-52 36-80 82-80s82 28 82 80c0 32-22 46-82 46s-82-14-82-46z"/><path fill="$a" d="M40 150c0-48 36-72 80-72s80 24 80 72c0 24-22 38-80 38s-80-14-80-38z"/><path fill="#f7e2b8" opacity=".6" d="M48 178c30 12 114 12 144 0-4 16-26 22-72 22s-68-6-72-22z"/>$M<ellipse cx="76" cy="112" rx="9" ry="22" fill="#fff" opacity=".35" transform="rotate(40 76 112)"/>"##,
    },
    Shape {
        name: "donut",
        shadow: 82,
        art: r##"<path fill="$A" fill-rule="evenodd" d="M36 148c0-40 38-64 84-64s84 24 84 64-38 56-84 56-84-16-84-56zM96 144c0 10 10 16 24 16s24-6 24-16-10-16-24-16-24 6-24 16z"/><path fill="$a" fill-rule="evenodd" d="M36 140c0-40 38-64 84-64s84 24 84 64-38 52-84 52-84-12-84-52zM96 140c0 10 10 16 24 16s24-6 24-16-10-16-24-16-24 6-24 16z"/><path fill="$b" fill-rule="evenodd" d="M42 134c0-36 36-56 78-56s78 20 78 56c2 18-10 14-16 24-8 10-18-2-28 8-10 12-22 2-34 6-12 4-20 6-30-4-10-8-18 6-28-6-6-10-20-8-20-28zM96 138c0 10 10 16 24 16s24-6 24-16-10-16-24-16-24 6-24 16z"/><path fill="none" stroke="#fff" opacity=".4" stroke-width="7" d="M62 116c10-14 24-22 42-26"/><path fill="none" stroke-width="5" stroke="#fff3c2" d="M70 140l8 4M158 104l8 4M176 132l-3 8M92 158l7-4"/><path fill="none" stroke-width="5" stroke="#7fc8c0" d="M90 112l4-7M142 164l8 2M166 150l2-8M124 98l8 1"/>"##,
    },
    Shape {
        name: "muffin",
        shadow: 58,
        art: r##"<path fill="#d9c6a5" d="M66 132h108l-16 66c-24 8-52 8-76 0z"/><path fill="none" stroke="#b89f78" stroke-width="4" d="M84 136l10 64M102 138l5 66M120 138v67M138 138l-5 66M156 136l-10 64"/><path fill="$A" d="M56 130c-10-18 4-34 14-38 6-26 26-36 50-36s44 10 50 36c10 4 24 20 14 38-14 14-34 6-42 12-14 8-30 8-44 0-8-6-28 2-42-12z"/><path fill="$a" d="M56 122c-8-14 4-28 14-32 6-26 26-36 50-36s44 10 50 36c10 4 22 18 14 32-14 12-34 4-42 10-14 8-30 8-44 0-8-6-28 2-42-10z"/><path fill="none" stroke="$b" stroke-width="15" d="M94 86h.1M134 78h.1M156 104h.1M112 108h.1M80 114h.1M140 120h.1"/><path fill="none" stroke="#fff" opacity=".35" stroke-width="4" d="M91 82h.1M131 74h.1M153 100h.1M109 104h.1"/><path fill="none" stroke="#fff" opacity=".35" stroke-width="6" d="M80 84c4-10 10-16 18-19"/>"##,
    },
    Shape {
        name: "swissroll",
        shadow: 88,
        art: r##"<path fill="$A" d="M84 80h88c30 0 46 26 46 58s-16 66-46 66H84z"/><path fill="$l" opacity=".6" d="M96 80h76c16 0 28 8 36 20-30-8-70-10-112-8z"/><ellipse cx="86" cy="142" rx="62" ry="62" fill="$A"/><ellipse cx="86" cy="142" rx="57" ry="57" fill="$a"/><path fill="none" stroke="$b" stroke-width="14" d="M86 144c-2-10 14-12 16 0 2 16-20 22-30 8-12-20 6-40 26-34 26 8 30 44 6 60-24 14-58 0-60-34"/><path fill="none" stroke="$A" opacity=".5" stroke-width="3" d="M54 112h.1M120 106h.1M132 152h.1M78 190h.1M46 160h.1"/>"##,
    },
    Shape {
        name: "cake",
        shadow: 84,
        art: r##"<path fill="#fff" d="M22 192c40-12 156-12 196 0-40 18-156 18-196 0z"/><path fill="$a" d="M44 128l134-30c14 6 20 16 20 28v64H44z"/><path fill="#e9c48a" d="M44 140h154v18H44zM44 168h154v18H44z"/><path fill="$b" opacity=".8" d="M44 158h154v8H44z"/><path fill="$a" d="M44 124c0-8 60-46 100-46 34 0 54 18 54 50H52c-4 0-8 0-8-4z"/><path fill="$l" d="M44 124c0-8 60-46 100-46 30 0 48 14 53 38-50-10-110-4-153 8z"/><path fill="$a" d="M44 128h154c0 16-10 16-14 8-4 12-16 12-20 0-6 16-20 14-24 0-6 12-18 14-22 0-6 16-18 14-24 0-4 14-18 14-22 0-4 14-16 14-18 0-4 8-10 6-10-8z"/><path fill="$b" d="M134 54c12-4 28 0 30 14 2 14-12 26-22 32-12-8-24-18-22-30 0-8 6-14 14-16z"/><path fill="#5f9f48" d="M128 56c-2-10 6-12 12-6 4-8 14-8 16 0 6-2 10 4 4 8-10 4-24 4-32-2z"/><path fill="none" stroke="#fff" opacity=".7" stroke-width="3" d="M132 70h.1M142 66h.1M152 72h.1M138 80h.1M148 84h.1"/>"##,
    },
    Shape {
        name: "cheesecake",
        shadow: 84,
        art: r##"<path fill="#fff" d="M22 192c40-12 156-12 196 0-40 18-156 18-196 0z"/><path fill="$A" d="M44 112l134-26c14 6 20 14 20 26v80H44z"/><path fill="$a" d="M44 116h154v76H44z"/><path fill="$l" opacity=".7" d="M44 152c40 8 110 8 154 0v40H44z"/><path fill="$b" d="M44 112c0-8 60-44 100-44 34 0 54 16 54 46-20 8-30 2-46 8-18 6-36-4-54 2-18 4-38 4-54-12z"/><path fill="#000" opacity=".18" d="M78 96c20-16 44-24 64-24-12 8-30 14-64 24zM140 104c14-6 30-8 44-4-12 6-28 8-44 4z"/><path fill="#fff" opacity=".25" d="M98 88c14-8 28-12 40-12-10 6-22 10-40 12z"/><path fill="none" stroke="$A" stroke-width="3" opacity=".5" d="M70 150h.1M96 168h.1M124 144h.1M150 164h.1M174 148h.1M110 180h.1"/>"##,
    },
    Shape {
        name: "hairtail",
        shadow: 88,
        art: r##"<path fill="none" stroke="$A" stroke-width="30" d="M60 108c30-16 60 12 90-2s40-14 56-6M44 176c30-14 60 12 92 0s40-14 62-8"/><path fill="none" stroke="$a" stroke-width="26" d="M60 104c30-16 60 12 90-2s40-14 56-6M44 172c30-14 60 12 92 0s40-14 62-8"/><path fill="none" stroke="#fff" opacity=".6" stroke-width="6" d="M60 97c30-16 60 12 90-2s40-14 56-6M44 165c30-14 60 12 92 0s40-14 62-8"/><path fill="$a" d="M64 88c-22-4-42 8-52 26 16 8 40 10 56 4z"/><circle cx="40" cy="100" r="7" fill="#fff"/><circle cx="39" cy="100" r="4" fill="#22282c"/><path fill="none" stroke="$A" stroke-width="4" d="M14 114c10 0 18-2 26-6M62 90c6 8 8 18 4 28"/><path fill="$A" d="M84 84c10-12 24-14 36-8-8 8-20 12-36 8zM90 154c10-10 24-12 36-6-10 8-22 10-36 6z"/>"##,
    },
    Shape {
        name: "bagel",
        shadow: 82,
        art: r##"<path fill="$A" fill-rule="evenodd" d="M36 146c0-42 38-66 84-66s84 24 84 66-38 58-84 58-84-16-84-58zM98 142c0 9 9 14 22 14s22-5 22-14-9-14-22-14-22 5-22 14z"/><path fill="$a" fill-rule="evenodd" d="M38 140c0-40 36-62 82-62s82 22 82 62-36 50-82 50-82-10-82-50zM98 140c0 9 9 14 22 14s22-5 22-14-9-14-22-14-22 5-22 14z"/><path fill="none" stroke="$b" stroke-width="6" d="M66 122l4 3M84 104l5-2M112 98l5 1M140 106l4 3M166 118l3 4M60 148l4 2M84 138l4-3M150 136l4-2M176 144l-3 4M76 168l5 1M106 174l5-1M136 170l5 2M160 164l4-3M102 116l3 4M128 112l5-2"/><path fill="none" stroke="#fff" opacity=".35" stroke-width="7" d="M56 126c6-14 16-24 28-30"/>"##,
    },
    Shape {
        name: "saltroll",
        shadow: 84,
        art: r##"<path fill="$A" d="M26 168c-4-10 8-22 24-26 12-30 38-48 72-48s60 18 70 48c16 4 26 16 22 26-6 14-30 14-42 4-16 20-88 20-104 0-12 10-36 10-42-4z"/><path fill="$a" d="M26 162c-4-10 8-20 24-22 12-30 38-48 72-48s60 18 70 48c16 2 26 12 22 22-6 12-30 12-42 2-16 20-88 20-104 0-12 10-36 10-42-2z"/><path fill="none" stroke="$A" stroke-width="5" d="M70 166c-4-24 4-48 20-62M98 176c-6-30 0-60 14-82M142 176c8-30 2-60-10-82M172 166c4-24-4-48-20-62"/><path fill="none" stroke="$l" stroke-width="6" opacity=".8" d="M62 132c4-10 10-18 16-22M116 100h12"/><path fill="none" stroke="#fff" stroke-width="6" d="M104 120l3 2M122 112l3 1M136 126l-3 3M118 136l4 1M104 146l3-2M132 148l4 2"/>"##,
    },
    Shape {
        name: "baozi",
        shadow: 84,
        art: r##"<path fill="#b58450" d="M28 160h184v24c0 14-30 24-92 24s-92-10-92-24z"/><path fill="none" stroke="#94683a" stroke-width="3" d="M30 178c40 16 140 16 180 0M60 170v28M100 176v30M140 176v30M180 170v28"/><ellipse cx="120" cy="160" rx="92" ry="26" fill="#d3a56e"/><ellipse cx="120" cy="158" rx="80" ry="20" fill="#f3e4c4"/><g fill="$A"><path d="M104 126c0-30 22-46 48-46s48 20 48 46c0 22-96 22-96 0z"/></g><path fill="$a" d="M40 142c0-36 26-58 60-58s60 24 60 58c0 28-120 28-120 0z"/><path fill="#d9cbb0" opacity=".45" d="M126 90c20 8 34 28 34 52 0 14-30 21-60 21 34-10 42-44 26-73z"/>$M<path fill="none" stroke="#fff" opacity=".7" stroke-width="5" d="M84 66c-6-10 6-14 0-24M120 62c-6-10 6-14 0-24M156 64c-6-10 6-14 0-24"/>"##,
    },
    Shape {
        name: "pancake",
        shadow: 86,
        art: r##"<ellipse cx="120" cy="182" rx="84" ry="24" fill="$A"/><ellipse cx="120" cy="174" rx="84" ry="24" fill="$a"/><ellipse cx="120" cy="162" rx="84" ry="25" fill="$A"/><ellipse cx="120" cy="154" rx="84" ry="25" fill="$a"/><ellipse cx="120" cy="142" rx="84" ry="27" fill="$A"/><ellipse cx="120" cy="132" rx="84" ry="30" fill="$l"/><ellipse cx="120" cy="132" rx="76" ry="25" fill="$a"/><path fill="$A" opacity=".45" d="M66 126c14-12 40-8 38 4-10 12-36 8-38-4zM132 142c12-10 38-8 40 2-8 12-36 10-40-2zM136 118c8-6 26-4 28 4-8 6-24 4-28-4z"/><path fill="none" stroke="$b" stroke-width="5" d="M84 136l8 3M108 118l8 2M118 148l8-2M150 128l7 3M92 146l6 3M168 136l6-2M76 118l7-2M128 132l6 1"/>"##,
    },
    Shape {
        name: "pizza",
        shadow: 86,
        art: r##"<circle cx="120" cy="130" r="82" fill="#c9974a"/><circle cx="120" cy="126" r="82" fill="$a"/><circle cx="120" cy="126" r="69" fill="#d8492f"/><circle cx="120" cy="126" r="66" fill="#f7d77c"/><path fill="#fdf0c4" d="M84 96c14-10 32-2 28 12-10 10-30 4-28-12zM138 140c14-8 30 2 26 14-12 8-28 0-26-14zM82 150c8-8 22-4 22 6-6 10-22 6-22-6z"/>$M<path fill="none" stroke="#e0b055" stroke-width="3" d="M120 60v132M63 93l114 66M177 93L63 159"/><path fill="none" stroke="#fff" opacity=".35" stroke-width="6" d="M52 102c6-18 18-32 34-42"/>"##,
    },
    Shape {
        name: "popsicle",
        shadow: 34,
        art: r##"<g transform="rotate(10 120 130)"><path fill="#e3c08a" d="M110 160h20v42c0 12-20 12-20 0z"/><path fill="#c9a06a" d="M122 160h8v42c0 5-4 8-8 9z"/><path fill="$a" d="M80 72c0-56 80-56 80 0v86c0 8-4 12-12 12H92c-8 0-12-4-12-12z"/><path fill="#000" opacity=".1" d="M142 38c11 6 18 18 18 34v86c0 8-4 12-12 12h-12c10-40 14-92 6-132z"/><path fill="none" stroke="$b" stroke-width="9" opacity=".9" d="M104 72v70M132 72v70"/><path fill="$b" d="M142 34c16 8 20 30 10 34-12-2-16-18-10-34z"/><path fill="#fff" opacity=".4" d="M86 74c0-14 6-24 14-28-4 8-6 16-6 28v60h-8z"/></g>"##,
    },
    Shape {
        name: "cone",
        shadow: 30,
        art: r##"<path fill="#d9a35a" d="M84 108h72l-36 100z"/><path fill="#c08a42" d="M140 108h16l-36 100z"/><path fill="none" stroke="#b57f3a" stroke-width="3" d="M92 126l44 36M104 108l42 30M100 150l28 24M148 126l-44 36M136 108l-42 30M140 150l-28 24"/><path fill="#000" opacity=".12" d="M84 108h72l-4 12c-20 8-44 8-64 0z"/><path fill="$a" d="M72 104c-4-12 4-20 12-22-4-14 6-26 20-26 0-10 6-18 12-26 4 6 8 10 10 14 14 0 22 10 20 20 12 2 20 10 14 20 10 4 12 14 6 22-12 14-28 4-46 10-20 4-40 6-48-12z"/><path fill="$A" opacity=".5" d="M146 64c12 2 20 10 14 20 10 4 12 14 6 22-12 14-28 4-46 10 26-10 36-30 26-52zM84 82c20 8 44 6 62-6-12 14-40 18-62 6z"/><path fill="none" stroke="$b" stroke-width="6" d="M96 74l5 4M120 50l2 5M134 70l6-2M104 98l6 3M142 94l5 4M84 98l4-3M124 82l4 3"/><path fill="#fff" opacity=".5" d="M96 64c2-3 6-5 10-5-2 3-4 6-5 10z"/>"##,
    },
    Shape {
        name: "cheese/slices",
        shadow: 82,
        art: r##"<path fill="$A" d="M56 78l120-12 26 106-124 16z"/><path fill="$a" d="M50 84l118-12 26 104-122 16z"/><path fill="#fff" opacity=".35" d="M50 84l118-12 2 6-119 12z"/><path fill="$l" d="M42 92l116-12 24 106-120 16z"/><path fill="$a" opacity=".8" d="M158 80l24 106-40 5z"/><path fill="#fff" opacity=".45" d="M42 92l34-4 28 109-18 3z"/><path fill="#2f6f9f" d="M92 122l52-6 10 42-52 6z"/><path fill="none" stroke="#fff" stroke-width="5" d="M106 136l28-3M110 149l16-2"/>"##,
    },
    Shape {
        name: "cheese/wheel",
        shadow: 84,
        art: r##"<path fill="#b58a54" d="M28 172h184v12c0 12-40 22-92 22s-92-10-92-22z"/><ellipse cx="120" cy="172" rx="92" ry="24" fill="#d0a368"/><path fill="#e9dfc6" d="M46 128c0-36 148-36 148 0v34c0 34-148 34-148 0z"/><ellipse cx="120" cy="128" rx="74" ry="30" fill="#fbf8ef"/><path fill="#e4d9bd" d="M120 128l70 12c-2 20-30 34-62 36z"/><path fill="$a" d="M120 128l72 4v28c-10 16-38 26-66 27z"/><path fill="#f3e0a0" d="M120 128l6 59c26-1 50-10 62-22z"/><path fill="none" stroke="#e2d7bf" stroke-width="4" d="M74 122h.1M92 112h.1M112 106h.1M134 110h.1M88 134h.1M108 140h.1M64 132h.1M152 118h.1"/><path fill="#fff" opacity=".6" d="M52 140c8 8 18 14 32 18v6c-16-4-28-10-32-18z"/>"##,
    },
    Shape {
        name: "salmon",
        shadow: 86,
        art: r##"<path fill="#c9d2d8" d="M26 160c10 22 60 40 112 36 50-4 78-26 76-52l-10 10z"/><path fill="$a" d="M26 154c-2-44 54-82 110-80 48 0 78 30 78 64 0 32-36 50-84 52-50 2-96-10-104-36z"/><path fill="$A" opacity=".45" d="M26 154c40 22 140 26 188-16 0 32-36 50-84 52-50 2-96-10-104-36z"/><path fill="none" stroke="#fbd9c6" stroke-width="5" d="M60 112c20 20 20 40 8 66M88 92c26 24 28 60 14 94M118 80c30 28 32 70 18 108M150 76c28 28 32 64 20 104M182 92c16 22 18 46 10 72"/><path fill="none" stroke="#fbd9c6" stroke-width="4" d="M40 140c50 2 110 0 172-10"/><path fill="#7fb85a" d="M40 76c0-18 12-28 28-28 0 18-10 28-28 28z"/><circle cx="190" cy="66" r="22" fill="#f6d743"/><circle cx="190" cy="66" r="18" fill="#fff8cf"/><path fill="#f3cf3a" d="M190 64l-6-12h12zM192 66l12-6v12zM190 68l6 12h-12zM188 66l-12 6v-12z"/>"##,
    },
    Shape {
        name: "pork",
        shadow: 84,
        art: r##"<path fill="#b58a54" d="M20 150h200v16c0 22-40 38-100 38S20 188 20 166z"/><path fill="#d0a368" d="M20 150c0-22 44-38 100-38s100 16 100 38-44 38-100 38-100-16-100-38z"/><path fill="$A" d="M46 92h148v62H46z"/><path fill="#f7dcd4" d="M46 84c0-6 6-10 14-10h120c8 0 14 4 14 10v14H46z"/><path fill="$a" d="M46 96c30-8 50 6 74 2s50-8 74-2v18c-26-8-50 2-74 4s-50-8-74 0z"/><path fill="#fbe9e2" d="M46 112c26-8 50 2 74 0s48-10 74-2v14c-26-6-50 2-74 4s-50-6-74 0z"/><path fill="$a" d="M46 126c24-6 50 2 74 0s48-8 74-2v16c-24-4-50 4-74 4s-50-4-74 0z"/><path fill="#fbe9e2" d="M46 142c24-4 50 2 74 2s50-6 74-4v16H46z"/><path fill="#fff" opacity=".4" d="M56 80h60v5H56z"/><path fill="#6fae52" d="M178 168c4-16 20-22 34-16-4 14-18 22-34 16zM176 168c-12-10-28-8-36 2 10 10 26 8 36-2z"/>"##,
    },
    Shape {
        name: "beef",
        shadow: 84,
        art: r##"<path fill="#b58a54" d="M20 156h200v14c0 20-40 34-100 34S20 190 20 170z"/><ellipse cx="120" cy="156" rx="100" ry="36" fill="#d0a368"/><path fill="$A" d="M42 142c-6-40 30-76 78-76 50 0 84 36 78 74-6 30-40 38-78 38s-72-8-78-36z"/><path fill="$a" d="M50 132c-4-36 28-64 70-64s74 28 70 60c-4 26-36 32-70 32s-66-4-70-28z"/><path fill="none" stroke="#f1cfc4" stroke-width="5" d="M70 112c20-6 30 10 50 6s28-18 48-14M68 134c22-8 36 10 56 4s30-14 50-8M96 90c10 6 22 6 32-2M100 150c12-6 30-4 40 0M150 82c4 8 10 12 18 14"/><path fill="none" stroke="#fff" opacity=".3" stroke-width="6" d="M62 104c8-14 20-24 36-28"/><path fill="none" stroke="#4f8a45" stroke-width="4" d="M174 182c12-10 22-14 36-16M184 176l2-10M192 170l4-9M190 178l10 4M200 172l9 3"/>"##,
    },
    Shape {
        name: "shrimp",
        shadow: 76,
        art: r##"<path fill="none" stroke="$A" stroke-width="4" d="M70 98C40 86 30 66 34 42M78 92C58 72 56 54 66 36"/><path fill="$a" d="M60 116c-4-24 24-44 60-44 50 0 84 30 84 70 0 36-26 60-60 62-10 0-14-10-6-16 22-8 32-22 30-42-2-22-22-34-48-34-30 0-56 18-60 4z"/><path fill="$A" opacity=".45" d="M204 142c0 36-26 60-60 62-10 0-14-10-6-16 22-8 32-22 30-42 14-2 26-4 36-4z"/><path fill="none" stroke="$l" stroke-width="5" d="M108 74c4 12 4 24 0 36M136 75c2 14-2 26-8 36M164 86c-2 14-10 24-20 32M186 104c-6 12-14 18-26 24M200 130c-10 8-20 10-32 10M200 160c-10 2-20 0-32-6"/><path fill="#d9563f" d="M140 186c-20-8-34-6-46 4 8 4 10 8 8 14 16 4 30 2 42-4z"/><circle cx="76" cy="100" r="5" fill="#33211f"/><path fill="none" stroke="$A" stroke-width="4" d="M100 122l-6 16M116 120l-4 18M132 124l-4 16M146 134l-8 14"/>"##,
    },
    Shape {
        name: "drumstick",
        shadow: 84,
        art: r##"<g transform="matrix(-1 0 0 1 236 -28)"><path fill="#dcc8a4" d="M176 160l26 20c10-4 18 8 10 16 2 12-14 14-18 4l-26-24z"/><path fill="$A" d="M64 100c14-36 60-42 86-12 22 26 16 48 28 74 4 10-6 20-16 16-30-10-60-2-82-22-20-16-24-36-16-56z"/></g><path fill="#ead9bb" d="M172 168l26 20c10-4 18 8 10 16 2 12-14 14-18 4l-26-24z"/><path fill="$a" d="M58 112c14-36 60-42 86-12 22 26 18 46 30 70 4 10-6 20-16 16-28-10-62 0-84-20-20-16-24-34-16-54z"/><path fill="$A" opacity=".4" d="M144 100c22 26 18 46 30 70 4 10-6 20-16 16-28-10-62 0-84-20 50 16 86-10 70-66z"/><path fill="none" stroke="$A" stroke-width="3" d="M84 122h.1M98 110h.1M112 124h.1M92 138h.1M120 108h.1M110 146h.1"/><path fill="none" stroke="#fff" opacity=".5" stroke-width="7" d="M70 122c4-12 12-20 24-24"/>"##,
    },
    Shape {
        name: "chicken",
        shadow: 84,
        art: r##"<path fill="#dfe6e8" d="M24 178c50-16 142-16 192 0-24 34-168 34-192 0z"/><path fill="$A" d="M158 126c24-18 46-10 50 8 8 0 12 12 2 16 0 10-14 10-16 2-12 12-30 18-46 14z"/><path fill="$a" d="M36 146c0-46 40-74 84-74s72 26 74 62c2 34-30 54-78 54s-80-12-80-42z"/><path fill="$A" opacity=".4" d="M160 82c22 10 33 30 34 52 2 34-30 54-78 54 50-14 66-58 44-106z"/><path fill="$l" d="M94 118c20-14 48-6 56 14 8 22-8 36-30 34-24-2-42-28-26-48z"/><path fill="none" stroke="$A" stroke-width="4" d="M92 126c-8 22 6 40 32 40M150 130c-10-14-28-20-44-14"/><path fill="none" stroke="$A" stroke-width="3" d="M62 130h.1M76 112h.1M68 152h.1M96 96h.1M120 90h.1M144 98h.1M84 170h.1"/><path fill="$a" d="M52 160c-14 0-24 8-26 18 14 6 34 2 42-8z"/><path fill="none" stroke="#fff" opacity=".5" stroke-width="7" d="M54 128c6-18 20-32 40-38"/>"##,
    },
    Shape {
        name: "ribs",
        shadow: 86,
        art: r##"<path fill="#e8d6b4" d="M44 80c-8-10 4-20 12-12 8-8 20 2 12 12l-4 30H48zM84 70c-8-10 4-20 12-12 8-8 20 2 12 12l-4 30H88zM126 68c-8-10 4-20 12-12 8-8 20 2 12 12l-4 30h-16zM168 74c-8-10 4-20 12-12 8-8 20 2 12 12l-4 30h-16z"/><path fill="$A" d="M30 124c4-26 40-36 90-36s88 10 92 36c6 40-6 78-30 80H60c-26-2-36-40-30-80z"/><path fill="$a" d="M30 116c4-22 40-30 90-30s88 8 92 30c4 36-6 70-30 72H60c-26-2-34-36-30-72z"/><path fill="#f6d8cc" d="M38 116c10-14 40-20 82-20s72 6 82 20c-24-8-50-10-82-10s-58 2-82 10z"/><path fill="none" stroke="$A" stroke-width="5" d="M78 114c-4 22-4 46 0 68M120 112v72M162 114c4 22 4 46 0 68"/><path fill="none" stroke="#f6d8cc" stroke-width="5" d="M56 124c-4 18-4 34 0 50M98 120c-2 20-2 38 0 56M142 120c2 20 2 38 0 56M184 124c4 18 4 34 0 50"/>"##,
    },
    Shape {
        name: "sausage/link",
        shadow: 80,
        art: r##"<path fill="none" stroke="#d9c7a5" stroke-width="4" d="M64 66c10-22 28-30 56-30s46 8 56 30"/><path fill="none" stroke="$A" stroke-width="34" d="M64 78v104M120 70v116M176 78v104"/><path fill="none" stroke="$a" stroke-width="30" d="M62 78v100M118 70v112M174 78v100"/><path fill="none" stroke="#f0b9a8" stroke-width="6" opacity=".8" d="M60 96l6 4M56 120l5 5M66 142l-5 4M60 164l5 3M116 90l6 4M112 114l5 5M124 136l-5 4M116 164l5 4M172 96l6 4M168 122l5 5M180 146l-5 4"/><path fill="none" stroke="#fff" opacity=".4" stroke-width="5" d="M52 86v60M108 80v66M164 86v60"/><path fill="none" stroke="#a87f4f" stroke-width="4" d="M60 62l8-4M116 50l8-4M172 62l8-4M60 200l6 6M116 204l6 4M172 200l6 6"/>"##,
    },
    Shape {
        name: "sausage/plain",
        shadow: 86,
        art: r##"<path fill="none" stroke="$A" stroke-width="40" d="M52 128c36 34 100 34 136 0M52 166c36 26 100 26 136 0"/><path fill="none" stroke="$a" stroke-width="36" d="M52 84c36 34 100 34 136 0M52 124c36 32 100 32 136 0M52 162c36 26 100 26 136 0"/><path fill="none" stroke="$A" stroke-width="4" opacity=".7" d="M84 92l-6 14M108 100l-2 16M134 100l2 16M158 92l6 14M84 132l-6 14M108 140l-2 16M134 140l2 16M158 132l6 14M84 168l-6 14M108 174l-2 14M134 174l2 14M158 168l6 14"/><path fill="none" stroke="#fff" opacity=".4" stroke-width="6" d="M54 78c14 12 26 18 42 22M54 118c14 12 26 18 42 21M54 157c14 10 26 15 42 17"/>"##,
    },
    Shape {
        name: "bacon",
        shadow: 84,
        art: r##"<path fill="#f2e9dc" d="M34 70h172v128c0 4-3 8-8 8H42c-5 0-8-4-8-8z"/><g fill="none"><path stroke="$a" stroke-width="30" d="M52 92c24-14 36 14 60 0s36 14 60 0 20-4 22-4M52 130c24-14 36 14 60 0s36 14 60 0 20-4 22-4M52 168c24-14 36 14 60 0s36 14 60 0 20-4 22-4"/><path stroke="#f8dcd0" stroke-width="7" d="M48 90c26-14 38 14 62 0s36 14 60 0 20-4 24-4M48 128c26-14 38 14 62 0s36 14 60 0 20-4 24-4M48 166c26-14 38 14 62 0s36 14 60 0 20-4 24-4"/><path stroke="$A" stroke-width="5" d="M48 104c26-14 40 14 64 0s36 14 60 0 18-4 22-4M48 142c26-14 40 14 64 0s36 14 60 0 18-4 22-4M48 180c26-14 40 14 64 0s36 14 60 0 18-4 22-4"/></g><path fill="#fff" opacity=".25" d="M34 70h50L58 206H42c-5 0-8-4-8-8z"/><path fill="#7a3a2a" d="M148 62h46v40h-46z"/><path fill="none" stroke="#fff" stroke-width="4" d="M158 76h26M158 88h14"/>"##,
    },
    Shape {
        name: "fish",
        shadow: 88,
        art: r##"<path fill="$A" d="M168 130c18-4 34-18 46-40 4 22 4 58 0 84-12-22-28-38-46-44z"/><path fill="$A" d="M84 92c20-24 50-30 74-22-4 12-10 22-22 32zM102 170c12 12 28 20 42 20 2-12-2-22-12-32z"/><path fill="$a" d="M22 136c22-38 64-54 102-48 26 4 44 20 60 44-16 26-36 40-62 44-40 6-78-8-100-40z"/><path fill="#fff" opacity=".55" d="M22 136c38 18 104 24 162-4-16 26-36 40-62 44-40 6-78-8-100-40z"/><path fill="none" stroke="$A" stroke-width="3" opacity=".8" d="M84 112c6 4 6 12 0 16M102 104c6 4 6 12 0 16M102 126c6 4 6 12 0 16M120 114c6 4 6 12 0 16M138 106c6 4 6 12 0 16M138 126c6 4 6 12 0 16M154 118c6 4 6 12 0 16"/><path fill="none" stroke="$A" stroke-width="4" d="M70 98c12 22 12 46-2 72"/><circle cx="50" cy="126" r="8" fill="#fff"/><circle cx="49" cy="126" r="5" fill="#22282c"/><path fill="none" stroke="$A" stroke-width="3" d="M26 142c8 2 12 2 18 0"/><path fill="$A" d="M86 138c14 0 24 6 28 16-12 4-24-2-28-16z"/>"##,
    },
    Shape {
        name: "clam",
        shadow: 84,
        art: r##"<path fill="$A" d="M106 104c4-32 32-48 58-40 30 8 42 34 36 58-8 22-60 24-94-18z"/><path fill="none" stroke="$l" stroke-width="3" d="M120 96c8-14 24-22 40-20M118 104c16-10 36-12 58-4M126 112c18-2 36 2 52 14"/><path fill="$a" d="M34 158c-6-40 24-76 66-74 40 2 66 34 60 74-8 26-118 26-126 0z"/><path fill="none" stroke="$A" stroke-width="4" d="M96 176c-30-8-46-28-48-54M98 176c-16-22-22-46-18-74M100 176c4-24 10-48 18-74M102 176c20-14 34-30 40-50"/><path fill="none" stroke="$l" stroke-width="4" d="M46 150c20-30 84-34 104 0M60 120c20-20 56-22 76-2"/><path fill="$A" d="M118 188c0-26 20-44 46-44s46 20 44 44c-6 20-84 20-90 0z"/><path fill="$l" d="M120 182c4-22 22-36 44-36s40 14 42 36c-8 16-78 16-86 0z"/><path fill="none" stroke="$A" stroke-width="3" d="M162 194c-14-8-24-20-28-34M163 194c-4-14-4-28 0-46M165 194c12-10 22-20 28-34"/>"##,
    },
    Shape {
        name: "squid",
        shadow: 74,
        art: r##"<path fill="$A" d="M84 60c-26 8-42 28-44 54 18 2 34-4 48-18zM156 60c26 8 42 28 44 54-18 2-34-4-48-18z"/><path fill="none" stroke="$a" stroke-width="11" d="M92 150c-2 30-14 36-22 48M108 154c0 26-8 36-8 50M132 154c0 26 8 36 8 50M148 150c2 30 14 36 22 48M120 154v40"/><path fill="$a" d="M120 26c20 14 38 44 40 84 2 30-14 52-40 52s-42-22-40-52c2-40 20-70 40-84z"/><path fill="$A" opacity=".4" d="M120 26c20 14 38 44 40 84 2 30-14 52-40 52 26-30 28-90 0-136z"/><circle cx="102" cy="136" r="8" fill="#fff"/><circle cx="138" cy="136" r="8" fill="#fff"/><circle cx="103" cy="138" r="4" fill="#33211f"/><circle cx="137" cy="138" r="4" fill="#33211f"/><path fill="none" stroke="$A" stroke-width="4" d="M110 66h.1M126 78h.1M104 92h.1M132 104h.1M116 108h.1M122 56h.1"/><path fill="#fff" opacity=".5" d="M94 106c0-18 6-34 14-46-4 16-6 30-6 46z"/>"##,
    },
    Shape {
        name: "crab",
        shadow: 88,
        art: r##"<path fill="none" stroke="$A" stroke-width="9" d="M64 148c-18-4-30 2-38 14M66 164c-16 0-26 8-30 20M76 178c-12 4-18 12-18 22M176 148c18-4 30 2 38 14M174 164c16 0 26 8 30 20M164 178c12 4 18 12 18 22"/><path fill="none" stroke="$a" stroke-width="13" d="M70 132c-20-6-30-18-30-36M170 132c20-6 30-18 30-36"/><path fill="$a" d="M38 104c-18-8-22-30-8-46 2 14 8 20 14 24 0-8 4-18 14-24 10 18 2 40-20 46zM202 104c18-8 22-30 8-46-2 14-8 20-14 24 0-8-4-18-14-24-10 18-2 40 20 46z"/><path fill="$A" d="M52 138c4-28 34-44 68-44s64 16 68 44c4 34-26 58-68 58s-72-24-68-58z"/><path fill="$a" d="M54 132c6-24 34-38 66-38s60 14 66 38c-2 28-28 48-66 48s-64-20-66-48z"/><path fill="none" stroke="$A" stroke-width="6" d="M104 96V78M136 96V78"/><circle cx="104" cy="76" r="8" fill="#33211f"/><circle cx="136" cy="76" r="8" fill="#33211f"/><path fill="none" stroke="$l" stroke-width="7" d="M84 124h.1M104 114h.1M136 114h.1M156 124h.1M92 142h.1M148 142h.1"/><path fill="none" stroke="$A" stroke-width="4" d="M104 158c10 6 22 6 32 0"/>"##,
    },
    Shape {
        name: "walnut",
        shadow: 80,
        art: r##"<circle cx="92" cy="140" r="56" fill="$a"/><path fill="$A" opacity=".5" d="M110 88a56 56 0 0 1-42 102 56 56 0 0 0 42-102z"/><path fill="none" stroke="$A" stroke-width="5" d="M92 84c-10 36-10 78 0 112M70 98c-14 12-18 28-12 42M58 152c2 14 10 24 22 30M112 104c14 8 16 22 8 32M122 150c0 14-6 26-16 32M74 120c-4 10 0 20 8 24M108 132c-6 6-4 16 4 20"/><path fill="$A" d="M122 176c0-34 20-50 46-50s46 16 44 46c-6 42-86 42-90 4z"/><ellipse cx="167" cy="164" rx="40" ry="34" fill="#d9b07a"/><path fill="#8f5f34" d="M166 136c-14-4-28 6-30 18-4 6-2 14 2 18 2 14 16 22 28 18 12 4 26-4 28-18 4-4 6-12 2-18-2-12-16-22-30-18z"/><path fill="none" stroke="#c9985a" stroke-width="4" d="M166 138v50M150 148c6 4 6 10 0 14M182 148c-6 4-6 10 0 14M148 174c6-2 10 0 12 6M184 174c-6-2-10 0-12 6"/>"##,
    },
    Shape {
        name: "chestnut",
        shadow: 80,
        art: r##"<path fill="$A" d="M104 118c4-24 24-34 46-52 20 20 44 30 44 60 0 24-20 34-44 34-28 0-48-14-46-42z"/><path fill="#c9a27a" d="M110 140c20 8 62 8 80 0-6 14-22 20-40 20s-34-6-40-20z"/><path fill="$a" d="M32 158c0-34 28-40 54-68 24 28 56 34 56 70 0 30-24 44-54 44-34 0-56-16-56-46z"/><path fill="$A" opacity=".6" d="M86 90c24 28 56 34 56 70 0 30-24 44-54 44 30-24 30-74-2-114z"/><path fill="#d9b48a" d="M36 178c26 10 76 10 102 0-8 18-26 26-50 26-26 0-44-8-52-26z"/><path fill="#f3d07a" d="M146 172c2-22 24-28 40-26 20 2 32 16 30 32-6 20-66 20-70-6z"/><path fill="$a" d="M140 186c4-20 22-24 40-20-10 8-14 20-10 36-18 2-30-4-30-16z"/><path fill="none" stroke="#fff" opacity=".4" stroke-width="6" d="M52 142c4-12 12-20 24-28"/>"##,
    },
    Shape {
        name: "peanut",
        shadow: 78,
        art: r##"<path fill="$A" d="M138 64c20-14 48-4 54 18 6 20-6 30-6 44 0 16 16 26 10 46-8 24-44 28-60 8-12-16-2-32-4-48-2-18-18-24-14-44 2-10 10-18 20-24z"/><path fill="$a" d="M46 98c12-22 46-24 60-4 12 16 4 30 8 44 4 16 22 20 24 42 0 26-34 36-54 20-16-12-12-30-20-44-8-14-26-22-26-40 0-6 4-12 8-18z"/><path fill="none" stroke="$A" stroke-width="4" d="M60 96c6 40 20 76 44 104M80 86c4 30 14 56 36 84M48 118c6 18 14 30 26 40"/><path fill="none" stroke="$A" stroke-width="4" d="M56 104l14-2M56 120l20-4M70 150l18-6M82 168l20-8M92 190l24-10M82 100l16-2M90 124l14-4"/><path fill="none" stroke="$l" stroke-width="4" opacity=".6" d="M150 76c2 14 6 26 8 40M170 72c0 16-4 28-4 44M150 142c0 12 2 24 6 34M174 144c2 10 4 20 4 28"/>"##,
    },
];

/// What lies on or in one particular shape, named `shape/variant` and drawn in that shape's own place.
pub(super) const FILLINGS: &[Motif] = &[
    Motif {
        name: "bun/cross",
        plate: false,
        art: r##"<path fill="$b" d="M58 118c10-26 34-38 62-38s52 12 62 38c-10 12-24 8-32 16-16 8-44 8-60 0-8-8-22-4-32-16z"/><path fill="none" stroke="$A" stroke-width="3" d="M78 96l54 42M100 84l60 46M68 112l34 28M162 96l-54 42M140 84l-60 46M172 112l-34 28"/>"##,
    },
    Motif {
        name: "bun/sesame",
        plate: false,
        art: r##"<path fill="none" stroke="#2b2320" stroke-width="5" d="M96 108l4 3M112 98l4 2M128 100l4-2M142 110l3 3M104 122l4-2M120 114l4 2M134 124l3-3M116 130l4-1M88 120l3 3M150 124l3-2"/><path fill="$b" d="M170 150c10-2 20 2 26 10-2 14-12 22-26 24-8-10-8-24 0-34z"/>"##,
    },
    Motif {
        name: "bun/floss",
        plate: false,
        art: r##"<path fill="$b" d="M58 122c8-26 34-42 62-42s54 16 62 42c-8 10-20 4-30 12-18 8-46 8-64 0-10-8-22-2-30-12z"/><path fill="none" stroke="$B" stroke-width="3" d="M76 116c6-6 12-4 16 0M96 100c6-6 12-4 16 0M120 94c6-4 12-2 14 2M140 106c6-6 12-4 16 0M106 122c6-6 12-4 16 0M134 124c6-6 12-4 16 0M158 118c4-4 8-4 12 0"/><path fill="none" stroke="#f0cf98" stroke-width="3" d="M84 104c4-4 8-4 12 0M108 110c4-4 10-4 12 0M128 110c4-4 8-4 12 0M90 126c4-4 8-4 12 0M148 118c4-4 6-4 10 0"/>"##,
    },
    Motif {
        name: "bun/swirl",
        plate: false,
        art: r##"<path fill="none" stroke="$b" stroke-width="11" d="M120 130c-8-4-4-16 6-14 14 4 12 26-6 26-22 0-28-30-8-40 28-12 58 8 54 34"/>"##,
    },
    Motif {
        name: "baozi/plain",
        plate: false,
        art: r##"<path fill="none" stroke="#e2d6bc" stroke-width="4" d="M74 112c14-12 36-14 52-4"/><circle cx="100" cy="104" r="6" fill="#d8505a" opacity=".85"/>"##,
    },
    Motif {
        name: "baozi/pleat",
        plate: false,
        art: r##"<path fill="none" stroke="#cdbd9a" stroke-width="4" d="M100 98c-14 2-28 12-36 26M100 98c-8 8-14 20-16 34M100 98c0 12 0 24 2 36M100 98c8 8 14 20 18 34M100 98c14 2 28 12 36 26"/><path fill="#e9dcc0" d="M90 98c2-10 18-10 20 0-4 6-16 6-20 0z"/>"##,
    },
    Motif {
        name: "pizza/basil",
        plate: false,
        art: r##"<g fill="$b"><circle cx="86" cy="122" r="12"/><circle cx="146" cy="90" r="12"/><circle cx="128" cy="168" r="12"/><circle cx="168" cy="128" r="10"/></g><path fill="#4d9a48" d="M104 132c4-14 20-18 32-12-4 14-20 18-32 12zM92 84c12-8 26-4 30 6-10 8-26 6-30-6zM142 172c4-12 16-18 28-14-4 12-16 18-28 14zM74 158c-6-12 0-24 10-28 6 10 2 24-10 28z"/>"##,
    },
    Motif {
        name: "pizza/pepperoni",
        plate: false,
        art: r##"<g fill="$b"><circle cx="90" cy="96" r="15"/><circle cx="144" cy="88" r="15"/><circle cx="118" cy="128" r="15"/><circle cx="166" cy="132" r="15"/><circle cx="78" cy="144" r="15"/><circle cx="124" cy="172" r="15"/></g><path fill="none" stroke="#e0786a" stroke-width="4" d="M86 94h.1M94 100h.1M140 86h.1M148 92h.1M114 126h.1M122 132h.1M162 130h.1M170 136h.1M76 142h.1M122 170h.1"/><path fill="none" stroke="#4d9a48" stroke-width="4" d="M108 108l6 4M146 112l6-3M100 152l5-4M148 156l5 4"/>"##,
    },
    Motif {
        name: "meattray/breast",
        plate: false,
        art: r##"<path fill="$A" d="M-66 8c-2-26 26-44 58-38 30 6 40 20 66 26 12 6 6 22-10 26-34 10-110 24-114-14z"/><path fill="$a" d="M-66 2c-2-24 26-40 58-34 30 6 40 18 66 24 10 6 4 18-10 22-34 10-110 22-114-12z"/><path fill="none" stroke="$l" stroke-width="4" d="M-48 0c10-12 26-18 44-14M-40 12c16-10 36-10 60-4M12 6c12-2 22-2 32 0"/>"##,
    },
    Motif {
        name: "meattray/steak",
        plate: false,
        art: r##"<path fill="#f3dccb" d="M-70 0c-4-26 20-42 50-40 26 0 40 12 62 12 22 2 26 24 10 38-18 16-46 26-78 24-26-2-42-14-44-34z"/><path fill="$a" d="M-62 2c-4-22 18-34 42-32 26 0 40 12 60 12 14 2 16 16 6 26-16 14-44 22-72 20-22-2-34-10-36-26z"/><path fill="none" stroke="#f3dccb" stroke-width="4" d="M-44-8c14-6 22 8 36 4M-40 12c12-6 26 4 38-2M0-12c10-2 18 4 28 6M6 8c10-4 20 0 26 4M-20 24c12-4 26-2 36-4"/>"##,
    },
    Motif {
        name: "meattray/mince",
        plate: false,
        art: r##"<path fill="$A" d="M-72 8c0-30 30-42 68-42s64 14 64 40-30 36-64 36-68-8-68-34z"/><path fill="none" stroke="$a" stroke-width="11" d="M-58 2c10-8 12 8 24 0s12 8 24 0 12 8 24 0 12 8 24 0M-52 20c10-8 12 8 24 0s12 8 24 0 12 8 24 0 12 6 20 0M-46-16c10-8 12 8 24 0s12 8 24 0 12 8 24 0M-34 36c10-8 12 6 24 0s14 6 26 0"/><path fill="none" stroke="$l" stroke-width="4" d="M-48-4c8-4 10 4 16 0M-4 16c8-4 10 4 16 0M10-20c8-4 8 4 14 0M-30 24c8-4 8 4 14 0M26 4c6-4 8 4 12 0"/>"##,
    },
    Motif {
        name: "meattray/wing",
        plate: false,
        art: r##"<path fill="$A" d="M-68-14c10-18 34-18 48-4s6 34 18 44c6 10-8 18-20 12-26-8-60-22-46-52zM-4-20c10-18 34-18 46-4 14 16 8 30 18 42 6 10-6 18-18 14-26-8-60-22-46-52z"/><path fill="$a" d="M-66-20c10-16 34-16 46-2 12 14 6 32 18 42 6 8-8 14-18 10-26-8-60-20-46-50zM-2-26c10-16 34-16 46-2 12 14 6 30 16 42 6 8-6 14-16 10-26-8-60-20-46-50z"/><path fill="none" stroke="$l" stroke-width="5" d="M-54-14c6-8 16-10 24-4M10-20c6-8 16-10 24-4"/><path fill="none" stroke="$A" stroke-width="3" d="M-40 0h.1M-28-6h.1M-24 8h.1M24-6h.1M36-10h.1M38 2h.1"/>"##,
    },
    Motif {
        name: "meattray/rolls",
        plate: false,
        art: r##"<g fill="none" stroke-width="15"><path stroke="$a" d="M-62-28h24M-30-28h24M2-28h24M-58 0h28M-22 0h28M14 0h28M-62 28h24M-30 28h24M2 28h26"/><path stroke="#f8e3da" stroke-width="4" d="M-66-30c8 4 18 4 28 0M-34-26c8-4 18-4 28 0M0-30c8 4 18 4 28 0M-60-2c10 4 20 4 30 0M-24 3c10-4 20-4 30 0M12-2c10 4 20 4 30 0M-66 26c8 4 18 4 28 0M-34 31c8-4 18-4 28 0M0 26c8 4 18 4 28 0"/></g>"##,
    },
    Motif {
        name: "meattray/slices",
        plate: false,
        art: r##"<g fill="$a" stroke="$A" stroke-width="3"><ellipse cx="-38" cy="0" rx="30" ry="38"/><ellipse cx="-20" cy="0" rx="30" ry="38"/><ellipse cx="-2" cy="0" rx="30" ry="38"/><ellipse cx="18" cy="0" rx="30" ry="38"/></g><ellipse cx="18" cy="0" rx="22" ry="30" fill="$l"/><path fill="none" stroke="#fff" opacity=".6" stroke-width="4" d="M10-10c6-4 12-4 16 0M8 8c6 4 12 4 18 0"/>"##,
    },
];
