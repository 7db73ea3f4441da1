//! Where items go as they are made: into tokens for the macro, or formatted, one after the other, into a text. No more than
//! one item is held as tokens and as a syntax tree.

use std::panic;
use std::thread;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::ToTokens as _;
use quote::quote;

/// Takes items in their order.
pub(super) trait Sink: Sized {
    /// An item of a file or a module.
    fn item(&mut self, item: TokenStream);

    /// An item of an `impl` block.
    fn member(&mut self, member: TokenStream);

    /// Begins a module or an `impl` block, given without its braces.
    fn open(&mut self, head: TokenStream);

    /// Ends what was begun last.
    fn close(&mut self);

    /// Takes the items of two makers that know nothing of each other, those of the first before those of the second.
    fn both(&mut self, first: &Maker<'_, Self>, second: &Maker<'_, Self>) {
        first(self);
        second(self);
    }
}

/// Puts items into a sink.
pub(super) type Maker<'a, S> = dyn Fn(&mut S) + Sync + 'a;

/// The tokens as they are.
#[derive(Default)]
pub(super) struct Tokens {
    done: TokenStream,
    outer: Vec<(TokenStream, TokenStream)>,
}

impl Tokens {
    /// All that was taken.
    pub(super) fn finish(self) -> TokenStream {
        self.done
    }
}

impl Sink for Tokens {
    fn item(&mut self, item: TokenStream) {
        self.done.extend(item);
    }

    fn member(&mut self, member: TokenStream) {
        self.done.extend(member);
    }

    fn open(&mut self, head: TokenStream) {
        self.outer.push((std::mem::take(&mut self.done), head));
    }

    fn close(&mut self) {
        if let Some((before, head)) = self.outer.pop() {
            let inner = std::mem::replace(&mut self.done, before);
            self.done.extend(head);
            self.done.extend([TokenTree::from(Group::new(Delimiter::Brace, inner))]);
        }
    }
}

/// A formatted text.
#[derive(Default)]
pub(super) struct Text {
    lines: String,
    depth: usize,
    is_begun: bool,
}

impl Text {
    /// A text that begins with these lines.
    pub(super) fn after(head: String) -> Self {
        Self { lines: head, ..Self::default() }
    }

    /// All that was taken.
    pub(super) fn finish(self) -> String {
        self.lines
    }

    /// Puts a block of lines after a blank line, unless it is the first.
    fn push(&mut self, block: &str) {
        if std::mem::replace(&mut self.is_begun, true) {
            self.lines.push('\n');
        }
        push_indented(&mut self.lines, block, self.depth);
    }
}

impl Sink for Text {
    fn item(&mut self, item: TokenStream) {
        self.push(&formatted(item));
    }

    fn member(&mut self, member: TokenStream) {
        let block = formatted(quote! { impl X { #member } });
        let inner = block.strip_prefix("impl X {\n").and_then(|inner| inner.strip_suffix("}\n"));
        let lines = inner.unwrap_or(&block).lines();
        let lines: Vec<&str> = lines.map(|line| line.strip_prefix("    ").unwrap_or(line)).collect();
        self.push(&lines.join("\n"));
    }

    fn open(&mut self, head: TokenStream) {
        let block = formatted(quote! { #head {} });
        self.push(block.trim_end().strip_suffix('}').unwrap_or(&block));
        self.depth = self.depth.saturating_add(1);
        self.is_begun = false;
    }

    fn close(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        push_indented(&mut self.lines, "}", self.depth);
        self.is_begun = true;
    }

    /// Each maker has a thread: not only for the second processor, but for memory of its own. Between the parts of the model
    /// lies what was freed while it was loaded, and in such memory making and dropping tokens takes twice the time.
    fn both(&mut self, first: &Maker<'_, Self>, second: &Maker<'_, Self>) {
        let mut behind = Self { lines: String::new(), ..*self };
        thread::scope(|scope| {
            let makers = [(first, &mut *self), (second, &mut behind)];
            let threads = makers.map(|(make, text)| scope.spawn(move || make(text)));
            for thread in threads {
                thread.join().unwrap_or_else(|cause| panic::resume_unwind(cause));
            }
        });
        self.lines.push_str(&behind.lines);
    }
}

fn push_indented(text: &mut String, block: &str, depth: usize) {
    for line in block.lines() {
        if !line.is_empty() {
            text.extend(std::iter::repeat_n("    ", depth));
            text.push_str(line);
        }
        text.push('\n');
    }
}

/// An item as text. What cannot be parsed, which would be a mistake of the emitter's, rustc reports in its place.
fn formatted(tokens: TokenStream) -> String {
    match syn::parse2::<syn::Item>(tokens) {
        Ok(syn::Item::Macro(item)) => of_macro(item),
        Ok(item) => spaced(&unparse(item)),
        Err(error) => error.into_compile_error().to_string(),
    }
}

/// What stands within the braces of a macro of the runtime is written as Rust.
fn of_macro(item: syn::ItemMacro) -> String {
    let path = item.mac.path.to_token_stream().to_string().replace(' ', "");
    let items = match syn::parse2::<syn::File>(item.mac.tokens) {
        Ok(inner) => inner.items,
        Err(error) => vec![syn::Item::Verbatim(error.into_compile_error())],
    };
    let mut text = format!("{path}! {{\n");
    for (place, item) in items.into_iter().enumerate() {
        if place > 0 {
            text.push('\n');
        }
        push_indented(&mut text, &spaced(&unparse(item)), 1);
    }
    text.push_str("}\n");
    text
}

fn unparse(item: syn::Item) -> String {
    match item {
        syn::Item::Struct(item) if item.fields.iter().any(|field| field.default.is_some()) => with_defaults(item),
        item => plainly(item),
    }
}

/// The formatter leaves out what stands behind the type of a field. Each field is formatted alone, and that is put back.
fn with_defaults(mut item: syn::ItemStruct) -> String {
    let syn::Fields::Named(fields) = &mut item.fields else { return plainly(syn::Item::Struct(item)) };
    let fields = std::mem::take(&mut fields.named);
    let head = plainly(syn::Item::Struct(item));
    let mut text = format!("{}\n", head.trim_end().trim_end_matches('}'));
    for mut field in fields {
        let default = field.default.take().map(|(_, default)| default.to_token_stream().to_string().replace(' ', ""));
        let block = plainly(syn::parse_quote! { struct X { #field } });
        let inner = block.strip_prefix("struct X {\n").and_then(|inner| inner.strip_suffix(",\n}\n"));
        text.push_str(inner.unwrap_or(&block));
        text.extend(default.map(|default| format!(" = {default}")));
        text.push_str(",\n");
    }
    text.push_str("}\n");
    text
}

fn plainly(item: syn::Item) -> String {
    prettyplease::unparse(&syn::File { shebang: None, frontmatter: None, attrs: Vec::new(), items: vec![item] })
}

/// Puts a blank line between the items of `impl` blocks: before documentation, attributes and functions that follow the end of
/// something as far to the right.
fn spaced(code: &str) -> String {
    let indentation = |line: &str| line.len().saturating_sub(line.trim_start().len());
    let mut text = String::with_capacity(code.len());
    let mut previous = "";
    for line in code.lines() {
        let begins = ["///", "#[", "fn ", "pub fn "].iter().any(|begin| line.trim_start().starts_with(begin));
        let ends = previous.ends_with(['}', ';']) && !previous.trim_start().starts_with("//");
        if begins && ends && indentation(previous) == indentation(line) {
            text.push('\n');
        }
        text.push_str(line);
        text.push('\n');
        previous = line;
    }
    text
}
