//! XML of a workbook, element by element.

use std::borrow::Cow;
use std::io::{self, BufRead, Read};

use quick_xml::events::attributes::{AttrError, Attribute};
use quick_xml::events::{BytesEnd, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::super::limits::{self, Fault};
use super::package;

/// Elements within elements: a workbook has about ten.
const DEPTH: usize = 256;

/// A stream of nodes.
pub(super) struct Xml<R: BufRead> {
    reader: Reader<Pieces<R>>,
    buffer: Vec<u8>,
    depth: usize,
}

/// Marks the error that ends the reading of a node that is too large.
const TOO_LARGE: &str = "a tag or a text of its XML is larger than 4 MiB";

/// A stream that ends with an error where one node takes too much of it.
struct Pieces<R> {
    inner: R,
    /// Bytes of the node so far.
    taken: usize,
}

impl<R: BufRead> Read for Pieces<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.inner.read(buffer)
    }
}

impl<R: BufRead> BufRead for Pieces<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.taken > limits::NODE {
            return Err(io::Error::other(TOO_LARGE));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.taken = self.taken.saturating_add(amount);
        self.inner.consume(amount);
    }
}

/// What comes next in a document. Names are without their namespaces' prefixes.
pub(super) enum Node<'b> {
    Open(Element<'b>),
    Close(Closing<'b>),
    Text(Cow<'b, str>),
    /// A text in `<![CDATA[…]]>`.
    Data(Cow<'b, str>),
    End,
}

/// The end of an element.
pub(super) struct Closing<'b>(BytesEnd<'b>);

impl Closing<'_> {
    /// Its name.
    pub(super) fn name(&self) -> &str {
        local(self.0.name().into_inner())
    }
}

/// A name without its prefix.
fn local(name: &str) -> &str {
    name.split_once(':').map_or(name, |(_, local)| local)
}

/// The beginning of an element.
pub(super) struct Element<'b>(BytesStart<'b>);

impl<R: BufRead> Xml<R> {
    /// The nodes of this stream.
    pub(super) fn new(stream: R) -> Self {
        let mut reader = Reader::from_reader(Pieces { inner: stream, taken: 0 });
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        Self { reader, buffer: Vec::new(), depth: 0 }
    }

    /// The next node.
    pub(super) fn next(&mut self) -> Result<Node<'_>, Fault> {
        self.buffer.clear();
        self.reader.get_mut().taken = 0;
        let event = self.reader.read_event_into(&mut self.buffer).map_err(|error| match error {
            quick_xml::Error::Io(error) => package::fault(&error),
            other => Fault::broken(other),
        })?;
        Ok(match event {
            Event::Start(start) => {
                self.depth = self.depth.saturating_add(1);
                if self.depth > DEPTH {
                    return Err(Fault::broken("XML is nested too deeply"));
                }
                Node::Open(Element(start))
            }
            Event::End(end) => {
                self.depth = self.depth.saturating_sub(1);
                Node::Close(Closing(end))
            }
            Event::Text(text) => Node::Text(text.into_inner()),
            Event::CData(text) => Node::Data(text.into_inner()),
            Event::GeneralRef(reference) => {
                if let Some(character) = reference.resolve_char_ref().map_err(Fault::broken)? {
                    Node::Text(Cow::Owned(character.to_string()))
                } else {
                    let text = quick_xml::escape::resolve_xml_entity(&reference);
                    let unknown = || Fault::broken(format!("the entity “&{};” is not known", &*reference));
                    Node::Text(Cow::Borrowed(text.ok_or_else(unknown)?))
                }
            }
            Event::Eof => Node::End,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) | Event::Empty(_) => {
                Node::Text(Cow::Borrowed(""))
            }
        })
    }
}

impl Element<'_> {
    /// Its name.
    pub(super) fn name(&self) -> &str {
        local(self.0.name().into_inner())
    }

    /// The prefix of its name.
    pub(super) fn prefix(&self) -> Option<&str> {
        self.0.name().into_inner().split_once(':').map(|(prefix, _)| prefix)
    }

    /// The attribute with this name, whatever its namespace.
    pub(super) fn attribute(&self, name: &str) -> Result<Option<String>, Fault> {
        let [found] = self.attributes_named([name])?;
        Ok(found.map(Cow::into_owned))
    }

    /// The attributes with these names, whatever their namespaces. Two of one name are an error: another reader may take the
    /// other.
    pub(super) fn attributes_named<const N: usize>(
        &self,
        names: [&str; N],
    ) -> Result<[Option<Cow<'_, str>>; N], Fault> {
        let mut found = [const { None }; N];
        for attribute in self.0.attributes().with_checks(false) {
            let attribute = attribute.map_err(Fault::broken)?;
            let key = local(attribute.key.into_inner());
            let Some(place) = names.iter().position(|name| *name == key).and_then(|at| found.get_mut(at)) else {
                continue;
            };
            if place.is_some() {
                return Err(Fault::broken(format!("an element “{}” has two attributes “{key}”", self.name())));
            }
            *place = Some(attribute.normalized_value(XmlVersion::Implicit1_0).map_err(Fault::broken)?);
        }
        Ok(found)
    }

    /// All attributes, by their names without namespaces.
    pub(super) fn attributes(&self) -> Result<Vec<(String, String)>, Fault> {
        let named = |attribute: Result<Attribute<'_>, AttrError>| {
            let attribute = attribute.map_err(Fault::broken)?;
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(Fault::broken)?;
            Ok((attribute.key.local_name().as_ref().to_owned(), value.into_owned()))
        };
        self.0.attributes().with_checks(false).map(named).collect()
    }

    /// Whether it says yes with this attribute, or by being there at all.
    pub(super) fn is_on(&self, name: &str) -> Result<bool, Fault> {
        Ok(self.attribute(name)?.is_none_or(|value| !matches!(value.as_str(), "0" | "false" | "off")))
    }
}
