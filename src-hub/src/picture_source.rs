//! What the `picture` column of a catalogue file may name: a picture file beside it, or a drawing of our own collection.

use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use ministore_store::catalogue::Picture;

use crate::demo;

/// The largest picture that is taken over, in bytes.
pub const PICTURE_LIMIT: u64 = 2 << 20;

/// Where pictures are looked for.
#[derive(Clone, Debug)]
pub struct PictureSource {
    folder: Option<PathBuf>,
}

impl PictureSource {
    /// Drawings alone.
    pub const fn drawings() -> Self {
        Self { folder: None }
    }

    /// Files in `folder` and below, and drawings.
    pub fn beside(folder: impl Into<PathBuf>) -> Self {
        Self { folder: Some(folder.into()) }
    }

    /// The picture of that name, or why there is none.
    pub fn find(&self, name: &str) -> Result<Picture, String> {
        match (&self.folder, media_type_of(name)) {
            (Some(folder), Some(media_type)) => read(folder, name, media_type),
            (None, Some(_)) => Err("picture files cannot be read here".into()),
            (_, None) => demo::picture(name)
                .map(|svg| Picture { media_type: "image/svg+xml".into(), bytes: svg.into_bytes() })
                .map_err(|error| error.to_string()),
        }
    }
}

fn media_type_of(name: &str) -> Option<&'static str> {
    let (_, extension) = name.rsplit_once('.')?;
    match extension.to_ascii_lowercase().as_str() {
        "png" => Some("image/png"),
        "jpg" | "jpeg" => Some("image/jpeg"),
        "webp" => Some("image/webp"),
        "svg" => Some("image/svg+xml"),
        _ => None,
    }
}

fn read(folder: &Path, name: &str, media_type: &str) -> Result<Picture, String> {
    if !Path::new(name).components().all(|part| matches!(part, Component::Normal(_))) {
        return Err("a picture is a file beside the catalogue or in a folder below".into());
    }
    let path = folder.join(name);
    let told = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound => format!("there is no {}", path.display()),
        _ => format!("{}: {error}", path.display()),
    };
    let size = std::fs::metadata(&path).map_err(told)?.len();
    if size > PICTURE_LIMIT {
        return Err(format!("{} is larger than {} MB", path.display(), PICTURE_LIMIT >> 20));
    }
    let bytes = std::fs::read(&path).map_err(told)?;
    Ok(Picture { media_type: media_type.into(), bytes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_beside_the_catalogue_a_drawing_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let catalogue = folder.path().join("catalogue");
        std::fs::create_dir(&catalogue).unwrap();
        std::fs::write(folder.path().join("outside.png"), "x").unwrap();
        std::fs::write(catalogue.join("Milk.PNG"), "png").unwrap();
        let source = PictureSource::beside(&catalogue);
        assert_eq!(
            source.find("Milk.PNG").unwrap(),
            Picture { media_type: "image/png".into(), bytes: b"png".to_vec() }
        );
        assert!(source.find("apple:#d2383a").unwrap().bytes.starts_with(b"<svg"));
        for wrong in ["gone.png", "../outside.png", "/etc/passwd.png", "no-such-shape", ""] {
            assert!(source.find(wrong).is_err(), "{wrong}");
        }
        assert!(PictureSource::drawings().find("Milk.PNG").is_err());
    }
}
