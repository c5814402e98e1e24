//! Which module imports which, read from the sources.
//!
//! Only code that ships counts: what is behind `#[cfg(test)]` may import what it
//! likes. A name that a module passes on (`pub use table::Table`) is followed to
//! the module that it comes from.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::Visit;
use syn::{Attribute, ItemMod, ItemUse, Macro, UseTree};

/// A module by its names from the root on: `["site", "server"]`.
pub(crate) type Module = Vec<String>;

/// Every module of the library with the modules that it imports.
pub(crate) fn imports() -> BTreeMap<Module, BTreeSet<Module>> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = BTreeMap::new();
    read(&source.join("lib.rs"), Vec::new(), &mut files);
    let reexports = Reexports::of(&files);
    files
        .iter()
        .map(|(module, names)| {
            let imported = names.iter().map(|name| reexports.origin(module, name));
            let imported = imported.flatten().filter(|other| other != module);
            (module.clone(), imported.collect())
        })
        .collect()
}

/// A path in the code, such as `["crate", "site", "page"]`, and whether a `use`
/// gave its last segment a name in the module.
struct Name {
    segments: Vec<String>,
    in_use: Option<String>,
}

/// Reads `file` as `module`, and the modules below it.
fn read(file: &Path, module: Module, files: &mut BTreeMap<Module, Vec<Name>>) {
    let text = fs::read_to_string(file)
        .unwrap_or_else(|error| panic!("{} cannot be read: {error}", file.display()));
    let mut reader = Reader::default();
    reader.visit_file(&syn::parse_file(&text).unwrap());
    for child in reader.children {
        let below = [module.as_slice(), std::slice::from_ref(&child)].concat();
        read(&file_of(&below), below, files);
    }
    files.insert(module, reader.names);
}

fn file_of(module: &Module) -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src")
        .join(module.join("/"));
    let folder = path.join("mod.rs");
    if folder.exists() {
        folder
    } else {
        path.with_extension("rs")
    }
}

#[derive(Default)]
struct Reader {
    children: Vec<String>,
    names: Vec<Name>,
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        if is_test(&item.attrs) {
            return;
        }
        if item.content.is_none() {
            self.children.push(item.ident.to_string());
        }
        syn::visit::visit_item_mod(self, item);
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        if !is_test(&item.attrs) {
            self.add_use(Vec::new(), &item.tree);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments = path.segments.iter();
        self.add(segments.map(|segment| segment.ident.to_string()).collect());
        syn::visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, item: &'ast Macro) {
        self.add_tokens(item.tokens.clone());
    }
}

impl Reader {
    fn add(&mut self, segments: Vec<String>) {
        let in_use = None;
        self.names.push(Name { segments, in_use });
    }

    fn add_use(&mut self, before: Vec<String>, tree: &UseTree) {
        let with = |name: String| [before.as_slice(), &[name]].concat();
        match tree {
            UseTree::Path(path) => self.add_use(with(path.ident.to_string()), &path.tree),
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.add_use(before.clone(), tree);
                }
            }
            UseTree::Glob(_) => self.add(before),
            UseTree::Name(name) if name.ident == "self" => {
                let in_use = before.last().cloned();
                self.names.push(Name {
                    segments: before,
                    in_use,
                });
            }
            UseTree::Name(name) => self.names.push(Name {
                segments: with(name.ident.to_string()),
                in_use: Some(name.ident.to_string()),
            }),
            UseTree::Rename(rename) => self.names.push(Name {
                segments: with(rename.ident.to_string()),
                in_use: Some(rename.rename.to_string()),
            }),
        }
    }

    /// What a macro is called with is not parsed: paths in it are names with
    /// `::` between them.
    fn add_tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.add(std::mem::take(&mut path));
                    }
                    path.push(ident.to_string());
                    colons = 0;
                }
                TokenTree::Punct(mark) if mark.as_char() == ':' => colons += 1,
                TokenTree::Group(group) => {
                    self.add(std::mem::take(&mut path));
                    self.add_tokens(group.stream());
                    colons = 0;
                }
                _ => {
                    self.add(std::mem::take(&mut path));
                    colons = 0;
                }
            }
        }
        self.add(path);
    }
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute
                .parse_args::<syn::Ident>()
                .is_ok_and(|condition| condition == "test")
    })
}

/// The names that modules have for what stands in the modules below them.
struct Reexports {
    modules: BTreeSet<Module>,
    names: BTreeMap<(Module, String), Module>,
}

impl Reexports {
    fn of(files: &BTreeMap<Module, Vec<Name>>) -> Self {
        let mut all = Self {
            modules: files.keys().cloned().collect(),
            names: BTreeMap::new(),
        };
        for (module, names) in files {
            for name in names {
                let Some(known_as) = &name.in_use else {
                    continue;
                };
                let Some(path) = all.absolute(module, &name.segments) else {
                    continue;
                };
                if path.starts_with(module) && path.len() > module.len() + 1 {
                    all.names.insert((module.clone(), known_as.clone()), path);
                }
            }
        }
        all
    }

    /// The path from the root on, if it leads to anything of this library.
    fn absolute(&self, module: &Module, segments: &[String]) -> Option<Module> {
        let (first, rest) = segments.split_first()?;
        let mut base = match first.as_str() {
            "crate" => Vec::new(),
            "self" => module.clone(),
            "super" => module[..module.len().checked_sub(1)?].to_vec(),
            child => {
                let below = [module.as_slice(), &[child.to_owned()]].concat();
                self.modules.contains(&below).then_some(below)?
            }
        };
        for segment in rest {
            if segment == "super" {
                base.pop();
            } else {
                base.push(segment.clone());
            }
        }
        Some(base)
    }

    /// The module in which that which `name` names stands.
    fn origin(&self, module: &Module, name: &Name) -> Option<Module> {
        let mut path = self.absolute(module, &name.segments)?;
        loop {
            let known = (0..=path.len()).rev().map(|length| path[..length].to_vec());
            let inside = known
                .into_iter()
                .find(|module| self.modules.contains(module))?;
            let Some(next) = path.get(inside.len()) else {
                return Some(inside);
            };
            match self.names.get(&(inside.clone(), next.clone())) {
                Some(longer) => path = [longer, &path[inside.len() + 1..]].concat(),
                None => return Some(inside),
            }
        }
    }
}
