//! Bottles, boxes, bags and other packs; `$M` marks where the label's motif goes.

use super::Shape;

/// What holds liquids.
pub(super) const VESSELS: &[Shape] = &[
    Shape {
        name: "bottle",
        shadow: 38,
        art: r##"<path fill="$b" d="M106 28h28v18h-28z"/><path fill="#000" opacity=".12" d="M124 28h10v18h-10zM106 40h28v6h-28z"/><path fill="$a" d="M108 48h24c0 22 22 28 22 52v94c0 8-5 12-12 12H98c-7 0-12-4-12-12v-94c0-24 22-30 22-52z"/><path fill="#000" opacity=".1" d="M126 48h6c0 22 22 28 22 52v94c0 8-5 12-12 12h-14c12-40 12-110-2-158z"/><path fill="none" stroke="#fff" opacity=".4" stroke-width="3" d="M92 182c18 5 38 5 56 0M92 194c18 5 38 5 56 0"/><path fill="$b" d="M86 108h68v66H86z"/><path fill="#000" opacity=".1" d="M140 108h14v66h-14z"/><path fill="$m" d="M86 108h68v5H86zM86 169h68v5H86z"/><g transform="translate(120 136)">$M</g><path fill="none" stroke="$i" stroke-width="4" opacity=".75" d="M108 163h14M127 163h6"/><path fill="#fff" opacity=".4" d="M94 96c2-12 12-22 18-32-2 16-10 24-11 42v90h-7z"/>"##,
    },
    Shape {
        name: "can",
        shadow: 44,
        art: r##"<path fill="#c9ced2" d="M86 46c18-8 50-8 68 0l8 16H78z"/><ellipse cx="120" cy="46" rx="34" ry="7" fill="#e6e9eb"/><ellipse cx="120" cy="46" rx="27" ry="4" fill="#b5bbc0"/><path fill="$a" d="M78 62c26 6 58 6 84 0v126c-26 8-58 8-84 0z"/><path fill="#c9ced2" d="M78 188c26 8 58 8 84 0l-8 16c-20 5-48 5-68 0z"/><path fill="$b" d="M78 150c24-34 54 2 84-44v52c-30 40-60 6-84 34z"/><circle cx="120" cy="112" r="27" fill="$b"/><g transform="translate(120 112)">$M</g><path fill="none" stroke="$i" stroke-width="4" opacity=".75" d="M106 166h16M128 164h6"/><path fill="#000" opacity=".12" d="M146 64l16-2v126l-16 4z"/><path fill="#fff" opacity=".35" d="M85 64l9 2v126l-9-2z"/>"##,
    },
    Shape {
        name: "slimcan",
        shadow: 34,
        art: r##"<path fill="#c9ced2" d="M96 32c14-6 34-6 48 0l6 14H90z"/><ellipse cx="120" cy="32" rx="24" ry="5" fill="#e6e9eb"/><path fill="$a" d="M90 46c20 5 40 5 60 0v146c-20 7-40 7-60 0z"/><path fill="#c9ced2" d="M90 192c20 7 40 7 60 0l-6 12c-14 4-34 4-48 0z"/><path fill="$b" d="M90 84l60-22v56l-60 22z"/><g transform="translate(120 102)">$M</g><path fill="none" stroke="$b" stroke-width="4" d="M104 158h20M130 158h6M108 170h14"/><path fill="#000" opacity=".12" d="M138 48l12-2v146l-12 4z"/><path fill="#fff" opacity=".35" d="M96 48l7 1v147l-7-2z"/>"##,
    },
    Shape {
        name: "carton",
        shadow: 48,
        art: r##"<path fill="$A" d="M146 82l26-12v120l-26 16z"/><path fill="$a" d="M74 82h72v124H74z"/><path fill="$l" d="M74 82l14-38h66l-8 38z"/><path fill="$A" d="M146 82l8-38 18 26z"/><path fill="$a" d="M86 30h68v16H86z"/><path fill="#000" opacity=".1" d="M86 41h68v5H86z"/><path fill="$b" d="M74 108c24 14 48-10 72 2v64H74z"/><path fill="#000" opacity=".12" d="M146 110l26-12v62l-26 14z"/><g transform="translate(110 144) scale(1.200)">$M</g><path fill="none" stroke="$b" stroke-width="5" d="M86 94h24M116 94h8"/><path fill="none" stroke="$b" stroke-width="4" opacity=".8" d="M86 190h30"/><circle cx="128" cy="64" r="9" fill="#fff"/><circle cx="128" cy="64" r="6" fill="#d9dde0"/><path fill="#fff" opacity=".25" d="M78 84h6v120h-6z"/>"##,
    },
    Shape {
        name: "brick",
        shadow: 44,
        art: r##"<path fill="none" stroke="#f4f4f0" stroke-width="6" d="M136 62L150 22l18-6"/><path fill="none" stroke="$b" stroke-width="2" d="M144 38l4 2M148 28l4 2"/><path fill="$A" d="M146 72l20-12v130l-20 16z"/><path fill="$l" d="M82 72l18-12h66l-20 12z"/><path fill="$a" d="M82 72h64v134H82z"/><path fill="$b" d="M82 112c20-16 44-16 64 0v58c-20 14-44 14-64 0z"/><path fill="#000" opacity=".1" d="M146 112l20-12v54l-20 16z"/><g transform="translate(114 140) scale(1.150)">$M</g><path fill="none" stroke="$b" stroke-width="5" d="M94 88h20M120 88h8"/><path fill="none" stroke="$b" stroke-width="4" opacity=".7" d="M94 192h26"/><path fill="#fff" opacity=".25" d="M86 74h6v130h-6z"/>"##,
    },
    Shape {
        name: "milkbottle",
        shadow: 44,
        art: r##"<path fill="$b" d="M98 32h44l4 22H94z"/><path fill="#000" opacity=".12" d="M130 32h12l4 22h-14z"/><path fill="#e9eef2" d="M100 54h40v18c0 12 24 22 24 46v76c0 8-5 12-12 12H88c-7 0-12-4-12-12v-76c0-24 24-34 24-46z"/><path fill="$a" d="M104 84c-6 10-22 18-22 36v72c0 5 3 8 8 8h60c5 0 8-3 8-8v-72c0-18-16-26-22-36z"/><path fill="#9fb5c4" opacity=".3" d="M136 84c6 10 22 18 22 36v72c0 5-3 8-8 8h-16c12-34 14-80 2-116z"/><path fill="$b" opacity=".95" d="M120 120a32 32 0 1 1 0 64 32 32 0 0 1 0-64z"/><g transform="translate(120 152) scale(1.100)">$M</g><path fill="#fff" opacity=".8" d="M86 124c2-10 8-16 14-22-2 10-6 14-7 24v64h-7z"/>"##,
    },
    Shape {
        name: "yogurtdrink",
        shadow: 40,
        art: r##"<path fill="$b" d="M98 44h44v22H98z"/><path fill="#000" opacity=".14" d="M130 44h12v22h-12z"/><path fill="none" stroke="#fff" opacity=".3" stroke-width="2" d="M104 46v18M111 46v18M118 46v18M125 46v18"/><path fill="$a" d="M98 68h44c18 12 24 30 18 48-6 14-6 28-2 42l4 34c1 9-4 14-12 14H90c-8 0-13-5-12-14l4-34c4-14 4-28-2-42-6-18 0-36 18-48z"/><path fill="#000" opacity=".08" d="M132 68h10c18 12 24 30 18 48-6 14-6 28-2 42l4 34c1 9-4 14-12 14h-18c12-40 16-96 0-138z"/><path fill="$b" d="M82 126c26 8 50 8 76 0-2 12-2 22 1 34-26 8-52 8-78 0 3-12 3-22 1-34z"/><g transform="translate(120 100) scale(1.100)">$M</g><path fill="none" stroke="$n" stroke-width="5" d="M100 146h24M132 145h8"/><path fill="#fff" opacity=".5" d="M90 82c-4 8-5 16-3 26h7c-2-10-1-18 3-26z"/>"##,
    },
    Shape {
        name: "juicebottle",
        shadow: 42,
        art: r##"<path fill="#3a3a3c" d="M100 34h40v20h-40z"/><path fill="#000" opacity=".25" d="M130 34h10v20h-10z"/><path fill="#dfe8ea" d="M102 56h36c0 14 24 16 24 38v100c0 8-5 12-12 12H90c-7 0-12-4-12-12V94c0-22 24-24 24-38z"/><path fill="$a" d="M104 72c-4 8-20 12-20 26v94c0 5 3 8 8 8h56c5 0 8-3 8-8V98c0-14-16-18-20-26z"/><path fill="#000" opacity=".1" d="M136 72c4 8 20 12 20 26v94c0 5-3 8-8 8h-16c10-40 14-90 4-128z"/><path fill="$b" d="M84 112h72v62H84z"/><path fill="$a" d="M84 112h72v7H84z" opacity=".7"/><g transform="translate(120 142) scale(1.100)">$M</g><path fill="#fff" opacity=".45" d="M88 100c2-10 8-14 14-18-2 8-6 12-6 20v92h-8z"/>"##,
    },
    Shape {
        name: "jug",
        shadow: 62,
        art: r##"<path fill="$b" d="M84 34h36v22H84z"/><path fill="#000" opacity=".14" d="M110 34h10v22h-10z"/><path fill="$a" fill-rule="evenodd" d="M86 56h34c8 6 50 8 60 40v98c0 8-4 12-12 12H72c-8 0-12-4-12-12v-90c0-24 22-32 26-48zM142 82c-8 0-12 6-12 16v32c0 8 6 12 14 12h14c6 0 9-4 9-10v-28c0-12-10-22-25-22z"/><path fill="#000" opacity=".1" d="M167 80c6 4 11 10 13 16v98c0 8-4 12-12 12h-18c16-30 22-80 17-126z"/><path fill="$b" d="M60 148h120v44H60z"/><path fill="#000" opacity=".1" d="M160 148h20v44h-20z"/><g transform="translate(98 128) scale(1.250)"><circle r="27" fill="$b"/>$M</g><path fill="none" stroke="$n" stroke-width="5" d="M80 174h40M130 174h12"/><path fill="#fff" opacity=".35" d="M68 108c2-16 12-22 18-32-2 14-8 20-9 34v86h-9z"/>"##,
    },
    Shape {
        name: "beer",
        shadow: 36,
        art: r##"<path fill="#d9b24a" d="M108 24h24v10h-24z"/><path fill="$a" d="M110 34h20l2 50c2 18 20 26 20 48v64c0 6-4 10-10 10H98c-6 0-10-4-10-10v-64c0-22 18-30 20-48z"/><path fill="#000" opacity=".16" d="M124 34h6l2 50c2 18 20 26 20 48v64c0 6-4 10-10 10h-12c10-50 4-120-6-172z"/><path fill="$b" d="M108 64h24l1 22h-26z"/><path fill="$b" d="M88 134h64v54H88z"/><path fill="$n" opacity=".8" d="M88 134h64v4H88zM88 184h64v4H88z"/><g transform="translate(120 158)">$M</g><path fill="#fff" opacity=".3" d="M95 132c2-16 16-26 18-40l1-54h4l-1 56c-3 18-14 24-15 42v66h-7z"/>"##,
    },
    Shape {
        name: "wine",
        shadow: 34,
        art: r##"<path fill="$n" d="M108 18h24v44h-24z"/><path fill="#000" opacity=".15" d="M125 18h7v44h-7z"/><path fill="$a" d="M109 60h22v20c0 16 20 18 20 44v72c0 6-4 10-10 10H99c-6 0-10-4-10-10v-72c0-26 20-28 20-44z"/><path fill="#000" opacity=".18" d="M125 60h6v20c0 16 20 18 20 44v72c0 6-4 10-10 10h-14c12-40 10-100-2-146z"/><path fill="$b" d="M89 122h62v62H89z"/><path fill="#000" opacity=".06" d="M140 122h11v62h-11z"/><g transform="translate(120 146)">$M</g><path fill="none" stroke="$i" stroke-width="3" d="M104 172h32M110 178h20"/><path fill="#fff" opacity=".3" d="M95 124c1-14 12-20 17-30v-28h4v30c-4 14-14 18-15 30v72h-6z"/>"##,
    },
    Shape {
        name: "sauce",
        shadow: 36,
        art: r##"<path fill="$b" d="M106 20h28v26h-28z"/><path fill="#000" opacity=".16" d="M126 20h8v26h-8zM106 40h28v6h-28z"/><path fill="$a" d="M109 48h22c0 30 10 30 18 44 3 6 5 12 5 20v82c0 8-5 12-12 12H98c-7 0-12-4-12-12v-82c0-8 2-14 5-20 8-14 18-14 18-44z"/><path fill="#000" opacity=".16" d="M125 48h6c0 30 10 30 18 44 3 6 5 12 5 20v82c0 8-5 12-12 12h-14c12-40 10-112-3-158z"/><path fill="#fdf6e6" d="M86 116h68v70H86z"/><path fill="$b" d="M86 116h68v10H86zM86 172h68v14H86z"/><path fill="#000" opacity=".07" d="M142 116h12v70h-12z"/><g transform="translate(120 149)">$P</g><path fill="none" stroke="$n" stroke-width="4" d="M104 179h18M128 179h6"/><path fill="#fff" opacity=".35" d="M93 112c1-14 14-22 19-36v-24h4v26c-4 16-14 22-16 36v80h-7z"/>"##,
    },
    Shape {
        name: "oil",
        shadow: 46,
        art: r##"<path fill="$b" d="M104 22h32v24h-32z"/><path fill="#000" opacity=".14" d="M126 22h10v24h-10z"/><path fill="$a" d="M106 48h28c0 20 30 22 30 46v20c-4 4-4 10 0 14v66c0 8-5 12-12 12H88c-7 0-12-4-12-12v-66c4-4 4-10 0-14V94c0-24 30-26 30-46z"/><path fill="#000" opacity=".1" d="M126 48h8c0 20 30 22 30 46v20c-4 4-4 10 0 14v66c0 8-5 12-12 12h-14c12-40 8-110-12-158z"/><path fill="$l" opacity=".7" d="M84 96c2-14 14-20 20-30-2 14-10 18-11 32v16h-9z"/><path fill="$b" d="M76 128h88v58H76z"/><path fill="#fdf3d4" d="M120 112a34 34 0 1 1 0 68 34 34 0 0 1 0-68z"/><g transform="translate(120 146) scale(1.200)">$P</g><path fill="#000" opacity=".08" d="M150 128h14v58h-14z"/>"##,
    },
    Shape {
        name: "squeeze",
        shadow: 42,
        art: r##"<path fill="$b" d="M112 24h16l4 22h-24zM100 46h40v18h-40z"/><path fill="#000" opacity=".12" d="M122 24h6l4 22h8v18h-12z"/><path fill="$a" d="M98 66h44c16 8 22 22 22 40 0 12-6 18-6 30 0 14 6 22 6 36v20c0 9-5 14-14 14H90c-9 0-14-5-14-14v-20c0-14 6-22 6-36 0-12-6-18-6-30 0-18 6-32 22-40z"/><path fill="#000" opacity=".1" d="M132 66h10c16 8 22 22 22 40 0 12-6 18-6 30 0 14 6 22 6 36v20c0 9-5 14-14 14h-16c14-40 14-100-2-140z"/><ellipse cx="120" cy="136" rx="33" ry="42" fill="$b"/><g transform="translate(120 130) scale(1.200)">$M</g><path fill="none" stroke="$i" stroke-width="4" opacity=".8" d="M108 162h14M127 162h5"/><path fill="#fff" opacity=".45" d="M85 92c2-8 6-12 11-15-2 8-3 14-3 26z"/>"##,
    },
    Shape {
        name: "pump",
        shadow: 44,
        art: r##"<path fill="#f4f4f2" d="M114 44h12v26h-12z"/><path fill="$A" d="M76 30h54c4 0 6 2 6 6v10h-30c-8 0-14 2-22 4-6-4-10-14-8-20z"/><path fill="$A" d="M102 66h36v18h-36z"/><path fill="$a" d="M96 84h48c14 4 20 14 20 28v80c0 9-5 14-14 14H90c-9 0-14-5-14-14v-80c0-14 6-24 20-28z"/><path fill="#000" opacity=".1" d="M134 84h10c14 4 20 14 20 28v80c0 9-5 14-14 14h-18c14-40 14-86 2-122z"/><path fill="$b" d="M86 112h68v74H86z"/><g transform="translate(120 138) scale(1.150)">$M</g><path fill="none" stroke="$i" stroke-width="4" opacity=".8" d="M102 168h22M130 168h8M108 177h20"/><path fill="#fff" opacity=".4" d="M80 112c0-8 3-14 9-18v104h-5c-3-2-4-4-4-8z"/>"##,
    },
    Shape {
        name: "spray",
        shadow: 42,
        art: r##"<path fill="$A" d="M70 40l8-14h62c14 4 20 14 20 28h-30v14h-26V54H84c-2-4-6-10-14-14z"/><path fill="$A" d="M84 54h16c-2 12-8 20-20 24 4-8 6-16 4-24z"/><path fill="#f4f4f2" d="M60 30h16l-4 12H60z"/><path fill="$b" d="M98 68h38v14H98z"/><path fill="$a" d="M98 82h38c0 18 26 24 26 50v60c0 9-5 14-14 14H90c-9 0-14-5-14-14v-60c0-26 22-32 22-50z"/><path fill="#000" opacity=".1" d="M128 82h8c0 18 26 24 26 50v60c0 9-5 14-14 14h-16c14-36 12-90-4-124z"/><path fill="$b" d="M82 132c24 10 50 10 74 0v54c-24 8-50 8-74 0z"/><g transform="translate(119 162) scale(1.150)">$M</g><path fill="#fff" opacity=".4" d="M84 130c2-14 12-22 17-32-1 14-7 20-8 34v64h-6c-2-1-3-3-3-6z"/>"##,
    },
];

/// What holds dry, chilled and frozen goods.
pub(super) const PACKS: &[Shape] = &[
    Shape {
        name: "bag",
        shadow: 56,
        art: r##"<path fill="$a" d="M64 42c36-4 76-4 112 0-6 20-8 34-6 60 2 40 6 64 10 98-40 6-80 6-120 0 4-34 8-58 10-98 2-26 0-40-6-60z"/><path fill="#000" opacity=".1" d="M152 40l24 2c-6 20-8 34-6 60 2 40 6 64 10 98l-26 3c10-50 10-110-2-163z"/><path fill="$A" d="M64 42c36-4 76-4 112 0l-2 14c-36-4-72-4-108 0zM62 188c40 6 76 6 116 0l2 12c-40 6-80 6-120 0z"/><path fill="none" stroke="#fff" opacity=".3" stroke-width="2" d="M76 43v10M92 42v10M108 41v10M124 41v10M140 41v10M156 42v10M80 192v9M100 194v9M120 195v9M140 194v9M160 192v9"/><ellipse cx="120" cy="128" rx="43" ry="40" fill="$b"/><g transform="translate(120 124) scale(1.450)">$M</g><path fill="none" stroke="$b" stroke-width="6" d="M92 74h34M136 74h12"/><path fill="#fff" opacity=".28" d="M78 62c-2 20 0 40-2 62-2 24-4 42-6 60 10-14 14-34 14-60 0-22-2-40-6-62z"/>"##,
    },
    Shape {
        name: "pouch",
        shadow: 52,
        art: r##"<path fill="$a" d="M70 40h100c-2 54 2 100 8 150 0 8-3 12-10 14-30 4-66 4-96 0-7-2-10-6-10-14 6-50 10-96 8-150z"/><path fill="#000" opacity=".1" d="M150 40h20c-2 54 2 100 8 150 0 8-3 12-10 14l-20 2c10-50 10-116 2-166z"/><path fill="$A" d="M70 40h100v14H70zM64 190c34-14 78-14 112 0-40 10-72 10-112 0z"/><circle cx="120" cy="47" r="4" fill="#fff" opacity=".7"/><path fill="none" stroke="#fff" opacity=".4" stroke-width="2" d="M71 62h98"/><path fill="$b" d="M72 92h96l4 66H68z"/><g transform="translate(120 122) scale(1.250)">$M</g><path fill="none" stroke="$b" stroke-width="5" d="M94 77h34M136 77h10"/><path fill="none" stroke="$i" stroke-width="4" opacity=".75" d="M104 150h18M128 150h8"/><path fill="#fff" opacity=".25" d="M76 64h8c2 40-2 80-8 118-3 4-6 4-6 0 5-40 7-80 6-118z"/>"##,
    },
    Shape {
        name: "coffeebag",
        shadow: 50,
        art: r##"<path fill="$A" d="M82 36h76l8 22H74z"/><path fill="#000" opacity=".15" d="M82 36h76l3 8H79z"/><path fill="$l" d="M66 34h16v20H66zM158 34h16v20h-16z"/><path fill="$a" d="M74 56h92l4 138c0 8-4 12-12 12H82c-8 0-12-4-12-12z"/><path fill="#000" opacity=".14" d="M150 56h16l4 138c0 8-4 12-12 12h-12c6-50 8-100 4-150z"/><path fill="#000" opacity=".1" d="M74 56l10 20-8 120c-4-1-6-4-6-8z"/><path fill="$b" d="M84 98h72v76H84z"/><circle cx="120" cy="78" r="6" fill="#000" opacity=".25"/><circle cx="120" cy="78" r="2" fill="#fff" opacity=".6"/><g transform="translate(120 128) scale(1.300)">$M</g><path fill="none" stroke="$i" stroke-width="4" opacity=".8" d="M102 162h22M130 162h8"/>"##,
    },
    Shape {
        name: "sack",
        shadow: 60,
        art: r##"<path fill="$a" d="M64 60c10-10 16-12 20-22h72c4 10 10 12 20 22 8 40 10 90 2 136-36 12-80 12-116 0-8-46-6-96 2-136z"/><path fill="#000" opacity=".08" d="M148 38h8c4 10 10 12 20 22 8 40 10 90 2 136l-24 6c12-54 12-116-6-164z"/><path fill="$A" d="M84 38h72l4 14H80z"/><path fill="none" stroke="$b" stroke-width="3" d="M84 45h6M96 45h6M108 45h6M120 45h6M132 45h6M144 45h6"/><path fill="$b" d="M62 92h116c1 12 2 22 2 32H60c0-10 1-20 2-32z"/><circle cx="120" cy="126" r="42" fill="$a"/><circle cx="120" cy="126" r="37" fill="$b"/><g transform="translate(120 126) scale(1.350)">$M</g><path fill="none" stroke="$b" stroke-width="6" d="M90 184h40M142 184h8"/><path fill="#fff" opacity=".3" d="M72 70c-6 36-6 76-2 116 6-36 8-76 8-124z"/>"##,
    },
    Shape {
        name: "vacuum",
        shadow: 52,
        art: r##"<path fill="$A" d="M74 44h92l4 16H70z"/><path fill="$a" d="M72 58c32-4 64-4 96 0 8 8 8 130 0 140-30 8-66 8-96 0-8-10-8-132 0-140z"/><path fill="#000" opacity=".1" d="M150 57l18 1c8 8 8 130 0 140l-20 4c8-40 10-100 2-145z"/><path fill="none" stroke="#fff" opacity=".35" stroke-width="3" d="M78 72c6 8 2 16 8 24M156 70c-6 8-2 16-8 24M80 190c6-6 4-12 10-18M160 190c-6-6-4-12-10-18"/><path fill="none" stroke="$l" stroke-width="4" opacity=".7" d="M86 182l5 2M104 188l5-1M122 184l5 2M140 188l5-2M96 76l5 2M118 72l5-1M138 76l5 2"/><path fill="$b" d="M88 88h64v84H88z"/><path fill="#fffaf0" d="M93 93h54v74H93z"/><g transform="translate(120 122) scale(1.250)">$P</g><path fill="none" stroke="$b" stroke-width="4" d="M104 154h20M130 154h6"/>"##,
    },
    Shape {
        name: "jar",
        shadow: 48,
        art: r##"<path fill="$b" d="M80 50h80v26H80z"/><path fill="#000" opacity=".14" d="M140 50h20v26h-20zM80 68h80v8H80z"/><path fill="none" stroke="$n" opacity=".3" stroke-width="2" d="M88 52v14M98 52v14M108 52v14M118 52v14M128 52v14"/><path fill="#dfe7ea" d="M84 76h72c10 6 14 14 14 26v86c0 11-7 18-18 18H88c-11 0-18-7-18-18v-86c0-12 4-20 14-26z"/><path fill="$a" d="M86 90h68c6 4 9 10 9 18v78c0 8-5 13-13 13H90c-8 0-13-5-13-13v-78c0-8 3-14 9-18z"/><path fill="$A" opacity=".45" d="M146 90h8c6 4 9 10 9 18v78c0 8-5 13-13 13h-12c10-30 12-74 8-109z"/><path fill="$b" d="M77 118h86v60H77z"/><g transform="translate(116 145) scale(1.150)">$M</g><path fill="none" stroke="$i" stroke-width="4" opacity=".75" d="M104 171h16M126 171h6"/><path fill="#fff" opacity=".45" d="M80 98c1-6 4-10 8-12h5c-4 6-6 10-6 18v88h-7z"/>"##,
    },
    Shape {
        name: "honey",
        shadow: 54,
        art: r##"<path fill="#8a5a2a" d="M88 44h64v24H88z"/><path fill="#000" opacity=".16" d="M136 44h16v24h-16z"/><path fill="$A" d="M92 68h56l34 36v68l-34 34H92l-34-34v-68z"/><path fill="$a" d="M96 76h48l30 32v60l-30 30H96l-30-30v-60z"/><path fill="$l" opacity=".8" d="M96 76h14l-30 38v50l20 34h-4l-30-30v-60z"/><path fill="$b" d="M120 100l36 20v38l-36 20-36-20v-38z"/><g transform="translate(120 139) scale(1.200)">$M</g><path fill="#f7d98a" d="M150 84l14 16v20l-10-14z" opacity=".7"/>"##,
    },
    Shape {
        name: "box",
        shadow: 74,
        art: r##"<path fill="$l" d="M50 86l34-22h122l-34 22z"/><path fill="$A" d="M172 86l34-22v112l-34 26z"/><path fill="$a" d="M50 86h122v116H50z"/><path fill="$b" d="M50 116h122v60H50z"/><path fill="#000" opacity=".12" d="M172 116l34-24v56l-34 28z"/><path fill="$b" opacity=".55" d="M172 116l34-24v56l-34 28z"/><g transform="translate(111 146) scale(1.350)">$M</g><path fill="none" stroke="$b" stroke-width="6" d="M66 102h36M112 102h10"/><path fill="none" stroke="$b" stroke-width="4" opacity=".7" d="M66 189h50"/><path fill="#fff" opacity=".22" d="M54 90h7v108h-7z"/>"##,
    },
    Shape {
        name: "tallbox",
        shadow: 56,
        art: r##"<path fill="$l" d="M66 50l26-16h88l-26 16z"/><path fill="$A" d="M154 50l26-16v146l-26 24z"/><path fill="$a" d="M66 50h88v154H66z"/><path fill="$b" d="M66 150c28-30 60 4 88-26v80H66z"/><g transform="translate(110 118) scale(1.700)">$P</g><path fill="none" stroke="$b" stroke-width="7" d="M80 70h36M128 70h10"/><path fill="#fbf3e0" d="M78 178c6-10 62-10 68 0-2 16-16 22-34 22s-32-6-34-22z"/><path fill="none" stroke="#e5a83a" stroke-width="6" d="M88 178h5M100 174h4M112 179h5M124 174h5M134 178h3"/><path fill="#fff" opacity=".22" d="M70 54h6v146h-6z"/>"##,
    },
    Shape {
        name: "longbox",
        shadow: 88,
        art: r##"<path fill="$l" d="M28 112l26-20h164l-24 20z"/><path fill="$A" d="M194 112l24-20v62l-24 26z"/><path fill="$a" d="M28 112h166v68H28z"/><path fill="$b" d="M72 112h66v68H72z"/><g transform="translate(105 146) scale(1.300)">$M</g><path fill="none" stroke="$b" stroke-width="5" d="M40 134h18M40 146h12M150 134h28M150 146h18"/><path fill="none" stroke="$b" stroke-width="4" opacity=".6" d="M150 164h10M166 164h10"/><path fill="#fff" opacity=".22" d="M28 114h166v7H28z"/>"##,
    },
    Shape {
        name: "tin",
        shadow: 56,
        art: r##"<path fill="$a" d="M66 84c34 10 74 10 108 0v110c-34 14-74 14-108 0z"/><path fill="#000" opacity=".12" d="M154 88l20-4v110l-20 7z"/><path fill="$A" d="M62 62c36 10 80 10 116 0v22c-36 12-80 12-116 0z"/><ellipse cx="120" cy="62" rx="58" ry="15" fill="$l"/><ellipse cx="120" cy="61" rx="46" ry="10" fill="$a" opacity=".7"/><path fill="none" stroke="$b" stroke-width="3" d="M66 100c34 10 74 10 108 0M66 184c34 12 74 12 108 0"/><circle cx="120" cy="146" r="35" fill="$b"/><circle cx="120" cy="146" r="31" fill="none" stroke="$i" stroke-width="1.500" opacity=".5"/><g transform="translate(120 146) scale(1.150)">$M</g><path fill="#fff" opacity=".3" d="M74 92l9 2v104l-9-2z"/>"##,
    },
    Shape {
        name: "smalltin",
        shadow: 68,
        art: r##"<path fill="$A" d="M56 148c0-36 128-36 128 0v24c0 42-128 42-128 0z"/><ellipse cx="120" cy="146" rx="64" ry="40" fill="$a"/><ellipse cx="120" cy="142" rx="60" ry="36" fill="$l"/><ellipse cx="120" cy="143" rx="48" ry="28" fill="$b"/><g transform="translate(120 143) scale(1.300 .9)">$M</g><circle cx="66" cy="92" r="15" fill="#fff"/><circle cx="92" cy="76" r="15" fill="#f4f6f6"/><circle cx="66" cy="92" r="6" fill="$l"/><circle cx="92" cy="76" r="6" fill="$l"/><path fill="#fff" opacity=".4" d="M68 166c10 18 34 26 60 28-32 4-58-6-60-28z"/>"##,
    },
    Shape {
        name: "canister",
        shadow: 46,
        art: r##"<path fill="$a" d="M78 54c26 8 58 8 84 0v140c-26 12-58 12-84 0z"/><path fill="$b" d="M78 42c0-14 84-14 84 0v18c-26 10-58 10-84 0z"/><ellipse cx="120" cy="42" rx="42" ry="10" fill="$m"/><path fill="#000" opacity=".12" d="M146 58l16-4v140l-16 6zM146 44l16-2v18l-16 4z"/><path fill="$b" d="M78 160c26 12 58 12 84 0v24c-26 12-58 12-84 0z"/><circle cx="120" cy="114" r="33" fill="#fff8e8"/><g transform="translate(120 114) scale(1.300)">$P</g><path fill="none" stroke="$n" stroke-width="5" d="M102 178h22M132 177h8"/><path fill="#fff" opacity=".3" d="M84 62l9 2v134l-9-2z"/>"##,
    },
    Shape {
        name: "tub",
        shadow: 62,
        art: r##"<path fill="$a" d="M62 92h116l-12 106c-30 10-62 10-92 0z"/><path fill="#000" opacity=".08" d="M150 92h28l-12 106-22 6c8-36 10-76 6-112z"/><path fill="$b" d="M54 72c40-12 92-12 132 0v18c-40 12-92 12-132 0z"/><ellipse cx="120" cy="72" rx="66" ry="14" fill="$m"/><path fill="#000" opacity=".1" d="M160 66l26 6v18l-26 6z"/><path fill="$b" d="M66 124c36 10 72 10 108 0l-6 50c-32 10-64 10-96 0z"/><g transform="translate(120 152) scale(1.250)">$M</g><path fill="#fff" opacity=".4" d="M72 100h10l6 96-8-2z"/>"##,
    },
    Shape {
        name: "icetub",
        shadow: 58,
        art: r##"<path fill="$a" d="M66 96h108l-12 100c-28 12-56 12-84 0z"/><path fill="#000" opacity=".1" d="M148 96h26l-12 100-20 6c8-34 10-72 6-106z"/><ellipse cx="120" cy="94" rx="58" ry="15" fill="$A"/><path fill="$l" d="M72 92c-6-30 16-46 34-40 8-20 44-18 46 4 20 0 26 20 16 36-30 12-66 12-96 0z"/><path fill="#fff" opacity=".35" d="M82 82c0-14 8-22 20-22-8 6-14 12-14 24z"/><path fill="$b" d="M68 116c34 12 70 12 104 0l-8 62c-30 12-58 12-88 0z"/><g transform="translate(120 148) scale(1.250)">$M</g><path fill="#c9a06a" d="M150 26l8-4 12 44-10 4z"/>"##,
    },
    Shape {
        name: "cup",
        shadow: 46,
        art: r##"<path fill="$a" d="M76 90h88l-12 108c-20 8-44 8-64 0z"/><path fill="#000" opacity=".08" d="M146 90h18l-12 108-16 5c8-36 12-76 10-113z"/><path fill="#e6eaec" d="M70 80h100v12H70z"/><path fill="$b" d="M70 82c20-20 78-20 100 0z"/><path fill="#fff" opacity=".5" d="M84 76c10-7 22-9 34-9-14 3-22 5-30 10z"/><path fill="$b" d="M79 114h82l-7 60H86z"/><circle cx="120" cy="144" r="27" fill="#fffdf6"/><g transform="translate(120 144) scale(1.100)">$P</g><path fill="#fff" opacity=".45" d="M84 98h8l8 100-8-2z"/>"##,
    },
    Shape {
        name: "papercup",
        shadow: 42,
        art: r##"<path fill="$a" d="M78 74h84l-12 126c-18 7-42 7-60 0z"/><path fill="#000" opacity=".1" d="M146 74h16l-12 126-14 4c8-40 12-88 10-130z"/><path fill="#f6f4ef" d="M76 60c0-16 6-20 12-22h64c6 2 12 6 12 22z"/><path fill="#e5e1d8" d="M70 60h100v14H70z"/><path fill="$b" d="M83 112h74l-6 62H89z"/><g transform="translate(120 142) scale(1.200)">$M</g><path fill="none" stroke="$i" stroke-width="3" opacity=".5" d="M84 118h72M88 168h64"/><path fill="#fff" opacity=".35" d="M86 78h8l8 122-7-2z"/>"##,
    },
    Shape {
        name: "noodlecup",
        shadow: 56,
        art: r##"<path fill="none" stroke="#fff" opacity=".7" stroke-width="6" d="M96 50c-8-10 8-16 0-26M122 48c-8-10 8-16 0-26M148 50c-8-10 8-16 0-26"/><path fill="$a" d="M64 78h112l-18 120c-24 8-52 8-76 0z"/><path fill="#000" opacity=".1" d="M152 78h24l-18 120-20 5c10-40 16-85 14-125z"/><path fill="#f8f4ea" d="M58 64c38-10 86-10 124 0v14c-38 10-86 10-124 0z"/><ellipse cx="120" cy="64" rx="62" ry="11" fill="#fffdf7"/><path fill="$b" d="M68 104c36 10 68 10 104 0l-4 24c-34 8-62 8-96 0z"/><circle cx="120" cy="146" r="36" fill="$b"/><g transform="translate(120 146) scale(1.400)">$M</g><path fill="#fff" opacity=".28" d="M72 84h9l16 116-8-1z"/>"##,
    },
    Shape {
        name: "tray",
        shadow: 78,
        art: r##"<path fill="#dfe9e4" d="M36 112h168l-14 84c0 6-4 10-10 10H60c-6 0-10-4-10-10z"/><g transform="translate(76 118) scale(1.450)">$M</g><g transform="translate(120 108) scale(1.500)">$M</g><g transform="translate(164 118) scale(1.450)">$M</g><g transform="translate(98 142) scale(1.500)">$M</g><g transform="translate(142 142) scale(1.500)">$M</g><path fill="#f8fbfa" opacity=".3" d="M36 112h168l-14 84c0 6-4 10-10 10H60c-6 0-10-4-10-10z"/><path fill="#c9d8d0" d="M34 108h172v7H34z" opacity=".8"/><path fill="$b" d="M82 158h76v30H82z"/><path fill="$a" d="M82 158h8v30h-8z"/><path fill="none" stroke="$n" stroke-width="4" opacity=".75" d="M100 168h40M100 178h22"/><path fill="#fff" opacity=".7" d="M46 120h10l10 76h-8z"/>"##,
    },
    Shape {
        name: "noodletray",
        shadow: 76,
        art: r##"<path fill="#e3e8e6" d="M38 96h164l-10 100c0 6-4 10-10 10H58c-6 0-10-4-10-10z"/><path fill="$a" d="M48 104h144l-8 86c0 4-3 8-8 8H64c-5 0-8-4-8-8z"/><path fill="none" stroke="$A" stroke-width="4" d="M58 120c20-14 34 14 54 0s34 14 54 0M60 138c20-14 32 14 52 0s36 14 60 0M60 156c20-14 32 14 52 0s34 14 56 0M62 174c20-14 32 14 52 0s32 14 50 0M64 190c16-10 32 8 48 0s30 8 44 0"/><path fill="#fff" opacity=".25" d="M38 96h164l-10 100c0 6-4 10-10 10H58c-6 0-10-4-10-10z"/><path fill="$b" d="M48 88h144v44H48z"/><path fill="#000" opacity=".1" d="M170 88h22v44h-22z"/><path fill="none" stroke="$n" stroke-width="6" d="M66 104h44M122 104h12M66 118h26"/><circle cx="162" cy="110" r="12" fill="$n" opacity=".9"/><path fill="none" stroke="$b" stroke-width="3" d="M154 108c5-4 11 4 16 0M154 114c5-4 11 4 16 0"/>"##,
    },
    Shape {
        name: "meattray",
        shadow: 86,
        art: r##"<path fill="#2b2f33" d="M34 84h172c8 0 12 4 12 12v86c0 12-6 18-18 18H40c-12 0-18-6-18-18V96c0-8 4-12 12-12z"/><path fill="#3c4247" d="M40 92h160c6 0 10 3 10 9v78c0 8-5 13-13 13H43c-8 0-13-5-13-13v-78c0-6 4-9 10-9z"/><g transform="translate(112 142)">$M</g><path fill="#fff" opacity=".16" d="M40 92h50L58 192H43c-8 0-13-5-13-13v-78c0-6 4-9 10-9zM110 92h16l-32 100H78z"/><path fill="#fffdf6" d="M158 100h44v36h-44z"/><path fill="#c2453f" d="M158 100h44v8h-44z"/><path fill="none" stroke="#5a5f63" stroke-width="3" d="M164 116h30M164 123h20"/><path fill="none" stroke="#2b2f33" stroke-width="2" d="M166 129v4M170 129v4M173 129v4M178 129v4M181 129v4M186 129v4M190 129v4"/>"##,
    },
    Shape {
        name: "eggs",
        shadow: 86,
        art: r##"<path fill="$B" d="M30 108l10-16h160l10 16z"/><path fill="none" stroke="$A" stroke-width="2" d="M120 200z"/><path fill="$a" d="M38 128c0-30 14-56 28-56s28 26 28 56c0 24-56 24-56 0zM92 128c0-30 14-56 28-56s28 26 28 56c0 24-56 24-56 0zM146 128c0-30 14-56 28-56s28 26 28 56c0 24-56 24-56 0z"/><path fill="$A" opacity=".5" d="M80 80c8 10 14 30 14 48 0 12-14 18-28 18 16-14 20-42 14-66zM134 80c8 10 14 30 14 48 0 12-14 18-28 18 16-14 20-42 14-66zM188 80c8 10 14 30 14 48 0 12-14 18-28 18 16-14 20-42 14-66z"/><path fill="none" stroke="#fff" opacity=".5" stroke-width="7" d="M54 100c1-5 3-9 5-12M108 100c1-5 3-9 5-12M162 100c1-5 3-9 5-12"/><path fill="$b" d="M26 128c8-8 18-8 26 0s20 8 28 0 18-8 26 0 20 8 28 0 18-8 26 0 20 8 28 0 18-8 26 0l-10 70c0 5-4 8-8 8H44c-4 0-8-3-8-8z"/><path fill="$B" opacity=".5" d="M30 176h180l-4 22c0 5-4 8-8 8H44c-4 0-8-3-8-8z"/><path fill="#fdf8ea" d="M84 148h72v36H84z"/><path fill="none" stroke="$B" stroke-width="4" d="M96 160h32M136 160h8M96 172h20"/>"##,
    },
    Shape {
        name: "tube",
        shadow: 40,
        art: r##"<path fill="$b" d="M98 176h44l-4 30h-36z"/><path fill="#000" opacity=".15" d="M128 176h14l-4 30h-14z"/><path fill="none" stroke="#000" opacity=".1" stroke-width="2" d="M106 180l2 22M114 180v22M122 180v22"/><path fill="$a" d="M70 34h100c-4 56-14 100-26 142H96C84 134 74 90 70 34z"/><path fill="#000" opacity=".1" d="M146 34h24c-4 56-14 100-26 142h-16c14-44 20-92 18-142z"/><path fill="$A" d="M70 34h100l-1 12H71z"/><path fill="none" stroke="#fff" opacity=".35" stroke-width="2" d="M80 36v8M92 36v8M104 36v8M116 36v8M128 36v8M140 36v8M152 36v8M162 36v8"/><path fill="$b" d="M79 102c28 12 56-8 84 4-2 12-5 24-8 34-26 8-44-6-68 4-3-12-6-26-8-42z"/><g transform="translate(120 78) scale(1.050)"><circle r="24" fill="#fff" opacity=".92"/>$P</g><path fill="none" stroke="$i" stroke-width="5" d="M102 124h24M134 124h6"/><path fill="#fff" opacity=".35" d="M79 52h8c4 40 10 76 18 118h-6C90 134 82 92 79 52z"/>"##,
    },
    Shape {
        name: "shaker",
        shadow: 36,
        art: r##"<path fill="#33363a" d="M92 44c8-8 48-8 56 0v26H92z"/><path fill="#000" opacity=".3" d="M136 41c6 1 10 2 12 3v26h-12z"/><path fill="none" stroke="#70757a" stroke-width="3" d="M108 44h.1M116 42h.1M124 42h.1M132 44h.1"/><path fill="#e3e9eb" d="M90 70h60c6 6 8 12 8 20v104c0 8-5 12-12 12H94c-7 0-12-4-12-12V90c0-8 2-14 8-20z"/><path fill="$a" d="M88 96h64v96c0 5-3 8-8 8H96c-5 0-8-3-8-8z"/><path fill="none" stroke="$l" stroke-width="3" d="M96 104l3 1M110 102l3 2M126 106l3-1M140 102l2 2M94 190l3 1M112 194l3-1M134 191l3 1"/><path fill="$b" d="M82 112h76v68H82z"/><g transform="translate(120 142) scale(1.150)">$M</g><path fill="none" stroke="$i" stroke-width="4" opacity=".75" d="M106 172h16M128 172h6"/><path fill="#fff" opacity=".5" d="M87 84h7v110h-7z"/>"##,
    },
    Shape {
        name: "bar",
        shadow: 70,
        art: r##"<g transform="rotate(-14 120 130)"><path fill="#5a3524" d="M150 92h56v74h-56z"/><path fill="none" stroke="#3f2417" stroke-width="4" d="M178 92v74M150 129h56"/><path fill="#e9dfc9" d="M150 88l10 8-8 9 9 9-9 9 9 9-9 9 9 9-9 9 8 11h-14V88z"/><path fill="$a" d="M34 86h114l8 9-8 9 9 9-9 9 9 9-9 9 9 9-9 9 8 9-8 5H34z"/><path fill="#000" opacity=".12" d="M34 152h116l4 6-6 8H34z"/><path fill="$A" d="M26 86h12v80H26l4-8-4-8 4-8-4-8 4-8-4-8 4-8-4-8 4-8z"/><path fill="$b" d="M56 86h48v80H56z"/><g transform="translate(80 126) scale(1.150)">$M</g><path fill="none" stroke="$b" stroke-width="5" d="M114 112h22M114 124h14"/></g>"##,
    },
    Shape {
        name: "biscuit",
        shadow: 84,
        art: r##"<path fill="$a" d="M26 92h150v88H26z"/><path fill="#000" opacity=".12" d="M26 160h150v20H26z"/><path fill="$A" d="M16 92h14v88H16l4-9-4-9 4-9-4-9 4-9-4-9 4-9-4-9 4-9z"/><path fill="$b" d="M54 92h82v88H54z"/><g transform="translate(95 134) scale(1.500)">$M</g><path fill="none" stroke="$b" stroke-width="5" d="M146 112h20M146 124h12"/><path fill="#fff" opacity=".25" d="M26 97h150v8H26z"/><circle cx="190" cy="160" r="38" fill="#c98f4a"/><circle cx="190" cy="158" r="36" fill="#dfac66"/><path fill="none" stroke="#b57f3f" stroke-width="5" d="M178 144h.1M192 138h.1M206 148h.1M172 160h.1M188 158h.1M204 166h.1M182 176h.1M196 178h.1"/>"##,
    },
    Shape {
        name: "gum",
        shadow: 60,
        art: r##"<path fill="#f8d9df" d="M150 74l44-16 8 20-44 18z"/><path fill="#d9dde0" d="M168 67l26-9 8 20-26 11z"/><path fill="$a" d="M48 112c0-8 4-12 12-12h104c8 0 12 4 12 12v82c0 8-4 12-12 12H60c-8 0-12-4-12-12z"/><path fill="#000" opacity=".12" d="M150 100h14c8 0 12 4 12 12v82c0 8-4 12-12 12h-14z"/><path fill="$b" d="M48 100h128v20H48z"/><path fill="none" stroke="#fff" stroke-width="3" opacity=".5" d="M48 120h128"/><path fill="#fff4f2" d="M112 132a28 28 0 1 1 0 56 28 28 0 0 1 0-56z"/><path fill="$b" d="M88 152a26 26 0 0 0 48 0z"/><path fill="$a" d="M92 152a21 21 0 0 0 40 0z"/><path fill="none" stroke="#33211f" stroke-width="4" d="M104 158h.1M112 164h.1M120 158h.1"/>"##,
    },
    Shape {
        name: "roll",
        shadow: 78,
        art: r##"<path fill="$a" d="M44 132h130c20 0 28 16 28 34s-8 34-28 34H44c18-8 18-60 0-68z"/><path fill="#000" opacity=".12" d="M50 182c-1 8-3 14-6 18h130c14 0 22-8 26-18z"/><ellipse cx="46" cy="166" rx="18" ry="34" fill="$l"/><ellipse cx="46" cy="166" rx="11" ry="24" fill="$A"/><path fill="$b" d="M86 132h64c12 16 12 52 0 68H86c12-16 12-52 0-68z"/><path fill="$a" d="M108 166a18 18 0 0 1 36 0 18 18 0 0 1-36 0z"/><path fill="$b" d="M118 164l8-8 8 8-8 10z"/><ellipse cx="96" cy="108" rx="30" ry="17" fill="$A"/><ellipse cx="96" cy="104" rx="30" ry="17" fill="$a"/><ellipse cx="146" cy="96" rx="28" ry="16" fill="$A"/><ellipse cx="146" cy="92" rx="28" ry="16" fill="$l"/>"##,
    },
    Shape {
        name: "rolls",
        shadow: 80,
        art: r##"<path fill="$A" d="M60 60h56v60H60zM124 60h56v60h-56z"/><ellipse cx="88" cy="60" rx="28" ry="12" fill="$l"/><ellipse cx="152" cy="60" rx="28" ry="12" fill="$l"/><path fill="$a" d="M36 106h80v92c-26 10-54 10-80 0zM124 106h80v92c-26 10-54 10-80 0z"/><path fill="#000" opacity=".08" d="M100 106h16v92l-16 5zM188 106h16v92l-16 5z"/><ellipse cx="76" cy="106" rx="40" ry="16" fill="$l"/><ellipse cx="164" cy="106" rx="40" ry="16" fill="$l"/><ellipse cx="76" cy="106" rx="14" ry="6" fill="#b59a78"/><ellipse cx="164" cy="106" rx="14" ry="6" fill="#b59a78"/><path fill="$b" d="M36 138c30 10 50 10 80 0h8c30 10 50 10 80 0v46c-30 10-50 10-80 0h-8c-30 10-50 10-80 0z"/><circle cx="120" cy="164" r="25" fill="#fffdf6"/><g transform="translate(120 164)">$P</g>"##,
    },
    Shape {
        name: "tissue",
        shadow: 84,
        art: r##"<path fill="#fff" d="M92 98c-6-18 8-24 4-44 14 6 20 2 30-8 4 12 16 10 22 22-6 10-2 20-8 30z"/><path fill="#e5ebee" d="M120 98c2-18 4-32 6-52 4 12 16 10 22 22-6 10-2 20-8 30z"/><path fill="$l" d="M38 118l28-26h136l-18 26z"/><path fill="#fff" opacity=".6" d="M84 106c16-8 52-8 68 0-16 6-52 6-68 0z"/><path fill="$A" d="M184 118l18-26v72l-18 38z"/><path fill="$a" d="M38 118h146v84H38z"/><path fill="$b" opacity=".9" d="M38 176c24-24 40 6 66-12s44-16 80-4v42H38z"/><g transform="translate(82 146) scale(1.350)">$M</g><path fill="none" stroke="$b" stroke-width="5" d="M126 138h36M126 150h20"/>"##,
    },
    Shape {
        name: "wipes",
        shadow: 84,
        art: r##"<path fill="$a" d="M30 112c54-10 126-10 180 0 6 26 6 56 0 82-54 14-126 14-180 0-6-26-6-56 0-82z"/><path fill="#000" opacity=".08" d="M30 172c54 14 126 14 182 0-1 8-1 14-2 22-54 14-126 14-180 0z"/><path fill="$A" d="M24 110h12v86H24zM204 110h12v86h-12z"/><path fill="#fff" d="M104 96c-6-20 6-24 6-40 12 4 18 0 28-6 0 14 10 16 12 26-8 6-4 14-8 22z"/><path fill="$b" d="M78 92h84c8 0 12 6 12 12v26c0 8-4 12-12 12H78c-8 0-12-4-12-12v-26c0-6 4-12 12-12z"/><path fill="$A" opacity=".5" d="M84 104h72c6 0 8 10 0 12H84c-8-2-6-12 0-12z"/><g transform="translate(120 168) scale(1.200)">$M</g><path fill="none" stroke="$b" stroke-width="4" d="M48 160h28M48 170h16M166 160h24"/>"##,
    },
    Shape {
        name: "toothbrush",
        shadow: 54,
        art: r##"<path fill="#e9eef0" d="M64 32h112c6 0 10 4 10 10v154c0 6-4 10-10 10H64c-6 0-10-4-10-10V42c0-6 4-10 10-10z"/><path fill="$A" d="M54 150h132v46c0 6-4 10-10 10H64c-6 0-10-4-10-10z"/><path fill="#fff" opacity=".75" d="M70 46h100v128H70z"/><path fill="$a" d="M88 54h16v30c6 20 6 70 2 104H86c-4-34-4-84 2-104z"/><path fill="$b" d="M136 54h16v30c6 20 6 70 2 104h-20c-4-34-4-84 2-104z"/><path fill="#fff" opacity=".5" d="M91 112h6v60h-6zM139 112h6v60h-6z"/><path fill="#fff" d="M104 54h10v30h-10zM152 54h10v30h-10z"/><path fill="none" stroke="#a9d5e2" stroke-width="2" d="M104 60h10M104 67h10M104 74h10M152 60h10M152 67h10M152 74h10"/><path fill="#fff" d="M112 190h16v4h-16zM108 38h24v6h-24z" opacity=".8"/>"##,
    },
    Shape {
        name: "soap",
        shadow: 80,
        art: r##"<path fill="$B" d="M36 158h168l-14 40c-2 6-6 8-12 8H62c-6 0-10-2-12-8z" opacity=".9"/><path fill="$b" d="M30 150h180v14H30z"/><path fill="$A" d="M50 128c0-24 16-38 40-38h60c24 0 40 14 40 38 0 20-14 32-40 32H90c-26 0-40-12-40-32z"/><path fill="$a" d="M50 120c0-24 16-38 40-38h60c24 0 40 14 40 38s-14 32-40 32H90c-26 0-40-8-40-32z"/><path fill="none" stroke="$A" stroke-width="3" d="M70 118c0-14 10-22 26-22h48c16 0 26 8 26 22s-10 20-26 20H96c-16 0-26-6-26-20z"/><path fill="$b" d="M120 104c6-8 18-6 18 4 0 8-8 14-18 20-10-6-18-12-18-20 0-10 12-12 18-4z"/><circle cx="176" cy="76" r="14" fill="#fff" opacity=".8"/><circle cx="198" cy="96" r="9" fill="#fff" opacity=".7"/><circle cx="156" cy="62" r="7" fill="#fff" opacity=".7"/><circle cx="172" cy="72" r="4" fill="#fff"/><path fill="#fff" opacity=".5" d="M62 112c2-10 10-18 22-20-8 6-12 12-14 20z"/>"##,
    },
    Shape {
        name: "cream",
        shadow: 62,
        art: r##"<path fill="$a" d="M60 128h120v52c0 16-10 26-26 26H86c-16 0-26-10-26-26z"/><path fill="#000" opacity=".08" d="M150 128h30v52c0 16-10 26-26 26h-20c12-20 18-48 16-78z"/><path fill="$b" d="M54 84h132c4 0 6 2 6 6v32c0 4-2 6-6 6H54c-4 0-6-2-6-6V90c0-4 2-6 6-6z"/><path fill="#000" opacity=".14" d="M164 84h22c4 0 6 2 6 6v32c0 4-2 6-6 6h-22z"/><path fill="#fff" opacity=".3" d="M56 88h20v36H56z"/><path fill="#fff" d="M88 144h64v40H88z" opacity=".75"/><path fill="$b" d="M120 148c10 8 12 18 0 28-12-10-10-20 0-28z"/><path fill="none" stroke="$b" stroke-width="3" d="M96 164h8M136 164h8"/>"##,
    },
    Shape {
        name: "sponge",
        shadow: 82,
        art: r##"<path fill="$b" d="M70 70l116-14 8 26-116 16z"/><path fill="$a" d="M76 94l118-16 6 30-116 18z"/><path fill="$A" opacity=".6" d="M80 112l118-16 2 12-116 18z"/><path fill="$b" d="M38 126h150v24H38z"/><path fill="$a" d="M38 148h150v44c0 6-4 10-10 10H48c-6 0-10-4-10-10z"/><path fill="$A" opacity=".5" d="M38 184h150v8c0 6-4 10-10 10H48c-6 0-10-4-10-10z"/><path fill="none" stroke="$A" stroke-width="6" d="M58 164h.1M84 172h.1M104 160h.1M128 174h.1M150 162h.1M172 172h.1M70 180h.1M114 182h.1M160 182h.1"/><path fill="none" stroke="$m" stroke-width="2" d="M46 134l6 6M64 132l6 6M84 136l6 6M106 132l6 6M128 136l6 6M150 132l6 6M170 136l6 6"/>"##,
    },
    Shape {
        name: "gloves",
        shadow: 70,
        art: r##"<path fill="$A" d="M128 204c-6-40-10-70-4-100l-4-38c0-12 14-12 16 0l4 22 2-40c0-12 16-12 16 0l2 40 6-34c2-12 18-10 16 2l-4 36 8-22c4-10 18-6 14 6l-16 62c-6 24-12 40-12 66z"/><path fill="$a" d="M56 204c0-28-8-44-14-66L28 92c-4-12 10-16 14-6l10 26-4-48c0-12 16-14 18 0l4 42 2-54c0-12 16-12 16 0l2 54 8-42c2-12 18-10 16 2l-8 54 16-16c10-8 20 2 14 12-16 24-28 50-30 88z"/><path fill="$l" d="M54 184h54v22H54z"/><path fill="none" stroke="$A" stroke-width="3" d="M62 134c8 6 26 6 38 0M66 146c8 4 20 4 30 0"/><path fill="none" stroke="#fff" opacity=".4" stroke-width="4" d="M58 68l3 34M80 58v40"/>"##,
    },
    Shape {
        name: "battery",
        shadow: 76,
        art: r##"<path fill="#c9ced2" d="M54 54h14v12H54zM98 54h14v12H98zM142 54h14v12h-14zM186 54h14v12h-14z" transform="translate(-7)"/><path fill="$b" d="M38 66h32v138H38zM82 66h32v138H82zM126 66h32v138h-32zM170 66h32v138h-32z"/><path fill="$a" d="M38 66h32v44H38zM82 66h32v44H82zM126 66h32v44h-32zM170 66h32v44h-32z"/><path fill="none" stroke="#fff" stroke-width="4" d="M54 80v14M47 87h14M98 80v14M91 87h14M142 80v14M135 87h14M186 80v14M179 87h14"/><path fill="$a" d="M58 132l-12 22h8l-4 20 14-26h-9zM102 132l-12 22h8l-4 20 14-26h-9zM146 132l-12 22h8l-4 20 14-26h-9zM190 132l-12 22h8l-4 20 14-26h-9z"/><path fill="#fff" opacity=".25" d="M42 68h5v134h-5zM86 68h5v134h-5zM130 68h5v134h-5zM174 68h5v134h-5z"/><path fill="#fff" opacity=".16" d="M28 118h184v40H28z"/>"##,
    },
    Shape {
        name: "bulb",
        shadow: 36,
        art: r##"<circle cx="120" cy="96" r="84" fill="#fff6c9" opacity=".5"/><path fill="$a" d="M120 32c40 0 64 28 64 62 0 38-32 46-36 72H92c-4-26-36-34-36-72 0-34 24-62 64-62z"/><path fill="#e9c86a" opacity=".35" d="M140 36c28 8 44 32 44 58 0 38-32 46-36 72h-20c6-40 44-70 12-130z"/><path fill="none" stroke="#e0a83a" stroke-width="3" d="M104 166c0-30-10-40-12-60 8 8 16 8 20 0 4 8 12 8 16 0 4 8 12 8 20 0-2 20-12 30-12 60"/><path fill="#f4f4f2" d="M90 164h60v14H90z"/><path fill="$b" d="M96 178h48v18c0 6-4 10-10 10h-28c-6 0-10-4-10-10z"/><path fill="none" stroke="#8f969b" stroke-width="3" d="M96 186l48-4M96 195l48-4"/><ellipse cx="86" cy="78" rx="8" ry="20" fill="#fff" opacity=".85" transform="rotate(24 86 78)"/>"##,
    },
    Shape {
        name: "umbrella",
        shadow: 60,
        art: r##"<path fill="none" stroke="#6b4a2f" stroke-width="7" d="M120 112v70c0 22 32 22 32 0"/><path fill="none" stroke="#9aa0a4" stroke-width="5" d="M120 36v110"/><path fill="$a" d="M28 126c2-48 42-82 92-82s90 34 92 82c-12-12-26-12-38 0-8-12-22-14-34-2-6-8-12-10-20-10s-14 2-20 10c-12-12-26-10-34 2-12-12-26-12-38 0z"/><path fill="$A" d="M120 44c50 0 90 34 92 82-12-12-26-12-38 0-4-34-24-66-54-82z"/><path fill="$b" opacity=".9" d="M120 44c-16 18-24 44-20 80 6-8 12-10 20-10s14 2 20 10c4-36-4-62-20-80z"/><path fill="none" stroke="$A" stroke-width="2" d="M120 44c-30 16-50 48-54 82"/>"##,
    },
    Shape {
        name: "teacake",
        shadow: 76,
        art: r##"<circle cx="120" cy="132" r="76" fill="#000" opacity=".08"/><circle cx="120" cy="128" r="76" fill="$a"/><path fill="none" stroke="#cbbd98" stroke-width="3" d="M52 100l24 8M46 136l26-4M66 176l20-16M120 202v-26M174 176l-20-16M194 136l-26-4M188 100l-24 8M154 62l-12 24M86 62l12 24"/><circle cx="120" cy="128" r="47" fill="none" stroke="$b" stroke-width="4"/><circle cx="120" cy="128" r="39" fill="$b"/><path fill="$a" d="M120 100c20 14 22 38 0 56-22-18-20-42 0-56z"/><path fill="none" stroke="$b" stroke-width="3" d="M120 106v44M120 124l8-8M120 136l-8-8"/><path fill="#5a3a28" d="M176 176c14-6 30 0 36 12-10 10-28 12-38 2-4-4-4-10 2-14z"/><path fill="none" stroke="#7d5a40" stroke-width="2" d="M182 184l8 4M194 180l6 6M186 192l10-2"/>"##,
    },
    Shape {
        name: "butter",
        shadow: 86,
        art: r##"<path fill="$a" d="M120 112h86v64h-86z"/><path fill="$l" d="M120 112l20-22h86l-20 22z"/><path fill="$A" d="M206 112l20-22v58l-20 28z"/><path fill="none" stroke="$A" stroke-width="2" d="M150 112v64M178 112v64"/><path fill="#f4f5f2" d="M28 112h110l-8 12 8 10-8 10 8 10-8 10 8 12H28z"/><path fill="#fff" d="M28 112l22-24h112l-24 24z"/><path fill="$b" d="M28 132h104l4 4-6 8 8 10-4 6H28z"/><path fill="none" stroke="$n" stroke-width="5" d="M44 146h34M88 146h10"/><path fill="#c9d5da" opacity=".5" d="M28 166h106l4 10H28z"/><path fill="$l" d="M60 190l24-14 30 8-22 16z"/><path fill="$a" d="M60 190l32 10v6l-32-8z"/>"##,
    },
    Shape {
        name: "tofu",
        shadow: 82,
        art: r##"<path fill="#dbe9ea" d="M36 104h168l-12 92c0 6-4 10-10 10H58c-6 0-10-4-10-10z"/><path fill="$a" d="M52 112h136l-8 78c0 4-3 7-8 7H68c-5 0-8-3-8-7z"/><path fill="$A" opacity=".35" d="M162 112h26l-8 78c0 4-3 7-8 7h-20c8-26 12-56 10-85z"/><path fill="#fff" opacity=".3" d="M36 104h168l-12 92c0 6-4 10-10 10H58c-6 0-10-4-10-10z"/><path fill="$b" d="M30 92h180v22H30z"/><path fill="#fff" opacity=".2" d="M30 92h180v7H30z"/><path fill="$b" d="M78 114h84v54H78z"/><path fill="$a" d="M98 128l22-10 22 10v24l-22 10-22-10z"/><path fill="$A" opacity=".5" d="M120 138l22-10v24l-22 10z"/><path fill="none" stroke="#fff" stroke-width="3" d="M98 128l22 10 22-10"/>"##,
    },
];
