//! What the headers of vendors' tables mean, in English, German, Swedish, French, Dutch and Chinese.
//!
//! A header is compared by its words alone, without case, accents and signs. What two columns of one table may both be
//! called, or what means one thing to one vendor and another to the next, is a weak claim that the cells have to bear out.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::base::{self, Base};
use crate::cells::words::plain;
use crate::columns::Meaning;
use crate::model::Table;

/// What a header may mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Heading {
    /// In the order of their likelihood.
    pub(crate) claims: Vec<Claim>,
    /// Modbus table it names beside its meaning: `Holding register`.
    pub(crate) table: Option<Table>,
    /// What it says of the bare digits below it.
    pub(crate) base: Base,
}

/// One reading of a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Claim {
    Is(Meaning),
    /// Where no other column has a better claim, and the cells bear it out.
    MayBe(Meaning),
    /// A factor or a divisor, vendors differ: the cells have to say it.
    Scale,
    /// A size in registers, bytes or bits, or a type.
    Size,
    /// The name, beside other columns with names.
    Name,
}

/// Headers with each claim, divided by commas.
const HEADERS: &[(Claim, &str)] = &[
    (
        Claim::Is(Meaning::Address),
        "address, addresses, adresse, adress, adres, addr, adr, adrs, register address, modbus address, register, registers, \
         reg, reg address, reg addr, register addr, register number, register no, register nr, register nummer, \
         registernummer, registernr, registeradresse, registeradress, registeradres, register adresse, registre, \
         adresse registre, adresse modbus, adresse du registre, numero de registre, modbus adresse, modbus adress, \
         modbus adres, modbus register, modbus register address, modbus addr, modbusadresse, modbus reg, \
         start address, starting address, start addr, first address, first register, start register, startadresse, \
         startadress, startadres, adresse de debut, start reg, starting register, start, address start, \
         address from, from, protocol address, pdu address, data address, point address, parameter address, \
         sign address, signal address, reg no, reg nr, registers address, modbus register number, \
         modbus register no, modbus nr, address no, address offset, register offset, relative address, \
         modbus start address, modbus protocol address, numero registre, modbus protocol start address, \
         register index, reg id, register id, modbus id",
    ),
    (Claim::MayBe(Meaning::Address), "id, number, nr, no, index, offset, decimal, dec, point, item no, parameter no"),
    (
        Claim::Is(Meaning::LastAddress),
        "end address, last address, ending address, end register, last register, endadresse, slutadress, \
         adresse de fin, eindadres, end addr, address end, end reg, address to, ending register, letzte adresse",
    ),
    (Claim::MayBe(Meaning::LastAddress), "end, to, last"),
    (
        Claim::Is(Meaning::DeFacto),
        "de facto, de facto address, plc address, plc adresse, modicon address, modicon, plc, 4x address, \
         modbus reference, reference number, modbus ref, register reference, plc register, modicon register, \
         sps adresse, plc base 1, reference address, modbus reference number",
    ),
    (Claim::MayBe(Meaning::DeFacto), "reference, ref"),
    (
        Claim::Is(Meaning::Table),
        "register type, register typ, reg type, table, modbus table, registertyp, register table, function code, \
         function codes, fc, modbus function, modbus function code, funktionscode, code fonction, code de fonction, \
         functiecode, functie code, type of register, modbus type, data model, memory area, io type, \
         i o type, read function code, func code, funktionskod, supported function codes, registertabelle, \
         modbus object type, modbus register type, type de registre, type registre, registertype, function code hex, \
         function codes hex, fcode, f code, modbus function codes, modbus fc, read function, func, func codes, modbus func, \
         function no, function number, function nr, fct",
    ),
    (Claim::MayBe(Meaning::Table), "object type, function, funktion, fonction, functie, area, space, type, typ"),
    (
        Claim::Is(Meaning::Type),
        "data type, datatype, dat typ, datent, datentyp, datatyp, type de donnees, type donnee, type de donnee, gegevenstype, \
         variable type, value type, var type, register data type, data format, dataformat, numeric type, \
         number format, format de donnees, datenformat, size of variable, modbus data type, data representation, \
         variablentyp, variabeltyp, type de variable, type data, type variable, storage type, data types, datatypes, \
         type format, format type, number type, daten typ, raw type, storlek pa variabel, storlek pa variabeln, \
         variabelstorlek, variablengrosse, taille de variable, tipo de dato, tipo di dato, tipo dato, tipo dati",
    ),
    (Claim::MayBe(Meaning::Type), "type, typ, format, data, encoding, storage, representation, types"),
    (Claim::MayBe(Meaning::Format), "format, display format, anzeigeformat, data format, dataformat, datenformat"),
    (
        Claim::Is(Meaning::Unit),
        "unit, units, einh, einheit, einheiten, enhet, unite, unites, eenheid, uom, eu, engineering unit, engineering units, \
         eng units, measurement unit, unit of measure, unit of measurement, masseinheit, dbus unit, unite de mesure, \
         si unit, measure unit, measuring unit, data unit, phys unit, physical unit, mattenhet, meeteenheid, \
         eng unit, um, u m, unita di misura",
    ),
    (
        Claim::Is(Meaning::Factor),
        "resolution, res, resol, aufl, upplosn, auflosung, upplosning, resolutie, lsb, lsb value, multiply by, value of 1 bit, weighting, \
         bit value, schrittwert",
    ),
    (
        Claim::Is(Meaning::Divisor),
        "divisor, div, divider, division factor, division, teiler, divide by, diviseur, deler, delare, divisionsfaktor, \
         delningsfaktor, deelfactor",
    ),
    (
        Claim::Scale,
        "scale, scaling, skal, skalier, fakt, fact, scale fact, scale fac, skal faktor, skal fakt, scale factor, scalefactor, scaling factor, skalierung, skalierungsfaktor, skala, skalning, \
         skalfaktor, skalningsfaktor, echelle, facteur d echelle, facteur echelle, schaal, schaalfactor, schaling, \
         factor, faktor, facteur, multiplier, multiplikator, multiplicateur, multiplicator, gain, coefficient, \
         koeffizient, coef, mult, ratio, precision, accuracy, genauigkeit, scaler, conversion factor, \
         umrechnungsfaktor, omrekeningsfactor, scale value, magnification, sf, mise a l echelle, weight, multiple, \
         moltiplicatore, fattore, fattore di scala, escala, factor de escala, vermenigvuldiger, vermenigvuldigingsfactor, \
         skalering, nasobek, mnoznik, wspolczynnik, wertigkeit, conv, conv factor",
    ),
    (
        Claim::Is(Meaning::Exponent),
        "exponent, power of ten, power, exposant, zehnerpotenz, tiopotens, 10 x, 10 n, scale exponent, \
         scaler exponent, conversion index, conv index, umrechnungsindex, exponent of ten, exp, pow 10, power of 10",
    ),
    (
        Claim::Is(Meaning::Decimals),
        "decimals, decimal places, dez stellen, nachkommast, nachk stellen, dezimalstellen, nachkommastellen, kommastellen, decimales, nombre de decimales, \
         decimaler, antal decimaler, decimalen, aantal decimalen, dp, no of decimals, number of decimals, \
         number of decimal places, dec places, digits after decimal point, decimal point, decimal position, \
         dezimalen, decimali, dec point, digits after point, nk, komma, decimal digits, kommastelle, comma, \
         dezimalstelle, pos decimal, posicion decimal",
    ),
    (Claim::MayBe(Meaning::Decimals), "dec, digits"),
    (Claim::MayBe(Meaning::Type), "encoding, representation"),
    (Claim::MayBe(Meaning::Offset), "offset, offs, versatz, decalage, value offset, data offset, add, bias, addend"),
    (
        Claim::Is(Meaning::Formula),
        "formula, formel, formule, conversion formula, umrechnung, calculation, berechnung, omrakning, conversion, \
         omrekening",
    ),
    (
        Claim::Is(Meaning::Description),
        "description, beschr, beschreibung, beskrivning, omschrijving, beschrijving, register description, \
         parameter description, descriptions, variable description, signal description, data description, \
         long description, point description, object description, description of register, desc",
    ),
    (
        Claim::Name,
        "n, name, names, register name, parameter name, signal name, point name, variable name, object name, data name, \
         tag name, value name, quantity name, title, titel, titre, label, bez, bezeichn, bezeichnung, benamning, designation, \
         libelle, naam, namn, nom, benaming, intitule, parameter, parameters, signal, variable, variables, tag, \
         item, data point, datapoint, datenpunkt, data item, measured value, measurement, measurand, messwert, \
         messgrosse, grandeur, kurzbeschreibung, full name, long name, identifier, content, contents, \
         register content, register contents, meaning, bedeutung, betekenis, signification, betydelse, text, object, \
         function, funktion, fonction, functie, parametername, variablenname, signalname, datenname, registername, \
         register naam, registernaam, register namn, nom du registre, nom de variable, nom variable, variabele, \
         grootheid, storhet, variabel, register, modbus register, quantity, measured quantity, data, parametre, \
         attribute name, input register parameter, holding register parameter, property name, info, point, \
         bezeichner, register designation, objektbezeichnung, objekt, parameterbezeichnung, designation du registre, \
         variable eng unit, details of value",
    ),
    (
        Claim::Is(Meaning::Access),
        "access, rw, r w, read write, zugriff, acces, atkomst, toegang, r w type, permission, permissions, \
         access type, access right, access rights, access mode, rw access, r w access, rw attribute, r w attribute, \
         zugriffsart, zugriffsrecht, lesen schreiben, las skriv, lecture ecriture, lezen schrijven, ro rw, \
         modbus access, read write access, rw ro, r o r w, read only read write, schreiben lesen, behorighet, \
         read write property, read write attribute, register access, r rw, r w rw, zugriffsrechte, type d acces, \
         data access, wr, l s, l e, rd wr, rd, action, w r, r w wc, read write attributes, mode d acces, \
         acceso, tipo de acceso, accesso, tipo accesso, tipo di accesso, acesso, tipo de acesso, dostep, rodzaj dostepu, \
         tryb dostepu, odczyt zapis, zapis odczyt, lettura scrittura, lectura escritura, leitura escrita, pristup, \
         cteni zapis, adgang, tilgang, les skriv, laes skriv",
    ),
    (
        Claim::MayBe(Meaning::Access),
        "attribute, attributes, mode, direction, property, properties, operation, type, typ, read only, rights",
    ),
    (
        Claim::Is(Meaning::Writable),
        "writable, writeable, schreibbar, beschreibbar, skrivbar, inscriptible, schrijfbaar, is writable, can write, \
         customer write, user write, customer writable, user writable, writable by user",
    ),
    (Claim::MayBe(Meaning::Writable), "write, schreiben, skriv, ecriture, schrijven, w"),
    (Claim::Is(Meaning::Readable), "readable, lesbar, lasbar, leesbaar, lisible, can read"),
    (Claim::MayBe(Meaning::Readable), "read, lesen, las, lecture, lezen, r"),
    (Claim::Is(Meaning::Signed), "signed, signed unsigned, signedness, vorzeichen, mit vorzeichen, unsigned signed"),
    (Claim::MayBe(Meaning::Signed), "sign, signe, tecken, teken"),
    (
        Claim::Is(Meaning::Count),
        "number of registers, no of registers, nb of registers, register count, words, anzahl register, \
         registeranzahl, antal register, nombre de registres, aantal registers, num registers, reg count, \
         number of words, no of words, size words, size in words, size registers, size in registers, \
         length in words, length words, length registers, word count, wordcount, register length, \
         quantity of registers, anzahl worter, n regs, nr of registers, register quantity, anzahl der register, \
         anzahl reg, anz reg, anz register, reg anzahl, register anzahl, no of regs, no of reg, nr of regs, nb regs, \
         nb reg, nb of regs, num reg, number of regs, number of reg, antal reg, aantal reg, aantal regs, nb de registres, \
         reg cnt, register cnt, reg qty, register qty, reg len, reg length, anzahl words, anz words, num words, \
         antal ord, nb registres, nb mots, nombre de mots, register size, registers count, num regs, \
         number of register, word length, nr of words, aantal woorden",
    ),
    (
        Claim::Size,
        "count, length, len, size, anzahl, lange, laenge, antal, longueur, aantal, lengte, grosse, groesse, storlek, \
         taille, grootte, data length, data size, quantity, registers, datenlange, width, qty, number, num, nombre, anz, \
         cnt, data len, lg, n",
    ),
    (
        Claim::Is(Meaning::SizeInBits),
        "size bits, size in bits, bit length, length bits, length in bits, number of bits, bit width, bit size, \
         bitlange, bit count, no of bits, width bits",
    ),
    (
        Claim::Is(Meaning::SizeInBytes),
        "size bytes, size in bytes, length bytes, length in bytes, byte length, number of bytes, bytes, byte count, \
         byte size, no of bytes, anzahl bytes, size byte, length byte",
    ),
    (
        Claim::Is(Meaning::Values),
        "value list, enumeration, enumerations, enum, enum values, value meaning, value description, \
         possible values, value table, values meaning, wertetabelle, wertliste, codes, code list, valeurs possibles, \
         mojliga varden, mogelijke waarden, states, value mapping, value assignment, enumerated values, value text, \
         status text, texts",
    ),
    (
        Claim::MayBe(Meaning::Values),
        "value explanation, value explanations, values, value, werte, wert, valeurs, valeur, varden, varde, waarden, waarde, options, state, coding, \
         mapping, list",
    ),
    (
        Claim::MayBe(Meaning::Bit),
        "bit, bit no, bit number, bit nr, bitnr, bitnummer, bit position, bit offset, bits, bit index",
    ),
    (
        Claim::Is(Meaning::Default),
        "default, default value, defaults, standardwert, werkseinst, voreinst, werkseinstellung, factory setting, factory default, \
         voreinstellung, vorgabe, vorgabewert, valeur par defaut, defaut, reglage usine, reglage d usine, \
         standardvarde, fabriksinstallning, fabriksvarde, standaardwaarde, fabrieksinstelling, initial value, \
         default setting, factory settings, preset, std value, default val, init value, factory value",
    ),
    (Claim::MayBe(Meaning::Default), "standard, factory, standaard, init"),
    (
        Claim::Is(Meaning::Range),
        "range, ranges, value range, bereich, wertebereich, plage, plage de valeurs, gamme, omrade, intervall, vardeomrade, \
         bereik, waardenbereik, waardebereik, min max, data range, setting range, valid range, range of values, \
         einstellbereich, allowed range, limits, value limits, grenzen, instelbereik, installningsomrade, \
         min max value, measuring range, messbereich, allowed values, scope",
    ),
    (
        Claim::Is(Meaning::Min),
        "min, minimum, min value, minimum value, minimalwert, lower limit, untergrenze, valeur min, valeur minimale, \
         minvarde, minimale waarde, min wert, minwert, low limit, min val, mini, minimi, min waarde, value min, low, \
         range min, min limit, minimum limit, lo limit, limit low, limit lo, lower bound",
    ),
    (
        Claim::Is(Meaning::Max),
        "max, maximum, max value, maximum value, maximalwert, upper limit, obergrenze, valeur max, valeur maximale, \
         maxvarde, maximale waarde, max wert, maxwert, high limit, max val, maxi, max waarde, value max, high, \
         range max, max limit, maximum limit, hi limit, limit high, limit hi, upper bound",
    ),
    (
        Claim::Is(Meaning::Step),
        "step, step size, increment, schrittweite, schritt, pas, steg, steglangd, stap, stapgrootte, stepsize",
    ),
    (
        Claim::Is(Meaning::NotAvailable),
        "not available, invalid value, nan, nan value, na value, not implemented, not implemented value, ungultig, \
         ungultiger wert, valeur invalide, invalid",
    ),
    (
        Claim::Is(Meaning::Group),
        "group, category, section, gruppe, kategorie, grupp, groupe, categorie, groep, subsystem, dbus service name, \
         service, register group, parameter group, kategori, rubrik, chapter, menu, block, functional group, \
         group name",
    ),
    (Claim::MayBe(Meaning::Group), "class, module, component, device, system"),
    (
        Claim::Is(Meaning::Remark),
        "remark, remarks, comment, comments, note, notes, bem, anm, bemerkung, bemerkungen, anmerkung, anmerkungen, kommentar, \
         kommentare, hinweis, hinweise, remarque, remarques, commentaire, commentaires, anmarkning, anmarkningar, \
         kommentarer, opmerking, opmerkingen, toelichting, notiz, additional information, details, detail, \
         explanation, erlauterung, detailed description, notice, additional info, remarks notes, comment remark, \
         further information",
    ),
    (
        Claim::Is(Meaning::UnitId),
        "unit id, slave id, slave address, slave, unit identifier, device id, slave adresse, unitid, slaveid, \
         modbus unit id, modbus slave, device address",
    ),
    (
        Claim::Is(Meaning::Order),
        "byte order, word order, word ord, byte ord, endianness, endian, endianess, byteorder, wordorder, register order, \
         byte word order, byte reihenfolge, wortreihenfolge, byteordning, ordre des octets, ordre des mots, \
         word swap, swap",
    ),
    (Claim::MayBe(Meaning::Order), "order, reihenfolge, ordre, ordning, volgorde"),
    // Chinese does not divide words.
    (
        Claim::Is(Meaning::Address),
        "地址, 寄存器地址, 寄存器, 起始地址, 开始地址, 首地址, 寄存器起始地址, 通讯地址, 协议地址, 数据地址, 参数地址, 点表地址, 寄存器编号",
    ),
    (Claim::Is(Meaning::LastAddress), "结束地址, 终止地址"),
    (
        Claim::Name,
        "参数代号, 名称, 信号名称, 参数名称, 寄存器名称, 变量名, 变量名称, 数据名称, 点名, 中文名称, 英文名称, 参数, 信号, 内容, 数据项",
    ),
    (Claim::Is(Meaning::Description), "描述, 寄存器描述, 参数描述, 参数说明"),
    (Claim::Is(Meaning::Type), "数据类型, 数据格式, 变量类型, 类型"),
    (Claim::Is(Meaning::Unit), "单位, 数据单位"),
    (Claim::Scale, "倍率, 系数, 比例, 比例系数, 缩放, 缩放因子, 增益, 缩放系数, 放大倍数"),
    (Claim::Is(Meaning::Factor), "分辨率, 精度"),
    (Claim::Is(Meaning::Decimals), "小数位, 小数位数, 小数点"),
    (Claim::MayBe(Meaning::Offset), "偏移, 偏移量"),
    (Claim::Is(Meaning::Access), "读写, 读写属性, 读写权限, 权限, 访问权限, 属性, 读写类型"),
    (Claim::Is(Meaning::Table), "功能码, 寄存器类型, 功能代码"),
    (Claim::Is(Meaning::Count), "寄存器数量, 寄存器个数, 字数"),
    (Claim::Size, "长度, 数量, 个数, 数据长度"),
    (Claim::Is(Meaning::Range), "范围, 取值范围, 数据范围, 设置范围"),
    (Claim::Is(Meaning::Min), "最小值, 下限"),
    (Claim::Is(Meaning::Max), "最大值, 上限"),
    (Claim::Is(Meaning::Default), "默认值, 缺省值, 出厂值"),
    (Claim::Is(Meaning::Remark), "备注, 说明, 注释"),
    (Claim::Is(Meaning::ScaleRegister), "scale register, scale factor register, sf register"),
    (Claim::Is(Meaning::GroupOffset), "group offset, block offset"),
];

/// Words that say no more than that the table is about registers.
const FILLERS: [&str; 33] = [
    "modbus",
    "the",
    "of",
    "de",
    "du",
    "des",
    "der",
    "die",
    "das",
    "le",
    "la",
    "les",
    "l",
    "d",
    "von",
    "av",
    "van",
    "register",
    "registers",
    "parameter",
    "point",
    "signal",
    "value",
    "in",
    "for",
    "a",
    "an",
    "tcp",
    "rtu",
    "hex",
    "dec",
    "decimal",
    "hexadecimal",
];

/// What a header may mean; `None` where it is not known.
pub(crate) fn heading(header: &str) -> Option<Heading> {
    // What is longer is a sentence.
    if header.len() > 100 {
        return None;
    }
    let bare = without_brackets(header);
    // In brackets it may say the unit of a limit, the base of an address, or nothing.
    let of = |text: &str| words(text).and_then(|words| of_words(&words));
    let found = of(header).or_else(|| of(&bare)).or_else(|| {
        // `Value range / Unit / Set values`: one of them in each cell, and mostly the same one.
        let parts: Vec<Heading> = bare.split(['/', '&', '+']).filter_map(of).collect();
        let first = parts.first()?.clone();
        let claims = parts.into_iter().flat_map(|part| part.claims).map(weaker);
        Some(Heading { claims: claims.collect(), ..first })
    });
    found.map(|heading| Heading { base: base::base(header), ..heading })
}

/// Whether a claim is that of a word too common to stand for others.
fn is_vague(claim: Claim) -> bool {
    matches!(
        claim,
        Claim::Size
            | Claim::MayBe(
                Meaning::LastAddress | Meaning::Bit | Meaning::Count | Meaning::Readable | Meaning::Writable
            )
    )
}

/// The language that a header is the name of.
pub(crate) fn language(header: &str) -> Option<&'static str> {
    const LANGUAGES: [(&str, &[&str]); 14] = [
        ("en", &["english", "englisch", "engelska", "anglais", "engels", "en"]),
        ("de", &["deutsch", "german", "tyska", "allemand", "duits", "de"]),
        ("sv", &["svenska", "swedish", "schwedisch", "suedois", "zweeds", "sv"]),
        ("fr", &["francais", "french", "franzosisch", "franska", "frans", "fr"]),
        ("nl", &["nederlands", "dutch", "niederlandisch", "nederlandska", "neerlandais", "nl"]),
        ("it", &["italiano", "italian", "italienisch"]),
        ("es", &["espanol", "spanish", "spanisch"]),
        ("fi", &["suomi", "finnish", "finnisch"]),
        ("no", &["norsk", "norwegian", "norwegisch"]),
        ("da", &["dansk", "danish", "danisch"]),
        ("pl", &["polski", "polish", "polnisch"]),
        ("cs", &["cesky", "czech", "tschechisch"]),
        ("pt", &["portugues", "portuguese"]),
        ("zh", &["中文", "chinese"]),
    ];
    let plain = words(header)?.join(" ");
    LANGUAGES.iter().find(|(_, names)| names.contains(&plain.as_str())).map(|(code, _)| *code)
}

/// The same claim, where the cells bear it out.
fn weaker(claim: Claim) -> Claim {
    match claim {
        Claim::Is(meaning) => Claim::MayBe(meaning),
        other => other,
    }
}

/// The same, or what the words of it that are known may mean: `SMA Modbus Register Address`, `Modicom address`. The cells
/// have to bear that out.
pub(crate) fn likely(header: &str) -> Option<Heading> {
    heading(header).or_else(|| {
        let words = words(header).filter(|_| header.len() <= 100)?;
        let known: Vec<String> = words.iter().filter(|word| vocabulary().contains(word.as_str())).cloned().collect();
        let shorter = Some(&known).filter(|known| !known.is_empty() && known.len() < words.len());
        let heading = shorter.and_then(|known| of_words(known)).or_else(|| {
            // What a compound is stands at its end.
            (1..known.len()).find_map(|begin| of_words(known.get(begin..)?))
        })?;
        let claims = heading.claims.iter().copied().map(weaker).collect();
        // What is left of `Position number` is no count, and of `Reference to` no end of a range.
        let claims: Vec<Claim> = Vec::into_iter(claims).filter(|claim| !is_vague(*claim)).collect();
        (!claims.is_empty()).then(|| Heading { claims, base: base::of_words(&words), ..heading })
    })
}

/// Whether a header is one of addresses but for words that are not known: `Neue Adresse`, `Address V2`.
pub(crate) fn is_qualified(header: &str) -> bool {
    let words = words(header).unwrap_or_default();
    let known: Vec<String> = words.iter().filter(|word| vocabulary().contains(word.as_str())).cloned().collect();
    let is_address = |heading: Heading| heading.claims.contains(&Claim::Is(Meaning::Address));
    heading(header).is_none() && known.len() < words.len() && of_words(&known).is_some_and(is_address)
}

/// Headers of the ends of a raw range and of the range they stand for, which scale a value between them.
const ENDS: [&str; 30] = [
    "eng lo",
    "eng hi",
    "eng low",
    "eng high",
    "eng min",
    "eng max",
    "raw lo",
    "raw hi",
    "raw low",
    "raw high",
    "raw min",
    "raw max",
    "scaled lo",
    "scaled hi",
    "scaled low",
    "scaled high",
    "scaled min",
    "scaled max",
    "engineering low",
    "engineering high",
    "engineering min",
    "engineering max",
    "unscaled min",
    "unscaled max",
    "raw range",
    "raw value range",
    "raw data range",
    "raw span",
    "unscaled range",
    "rohbereich",
];

/// Whether a header is of a range by which values are scaled, or of one end of it: `Raw Hi`, `Eng Lo`, `Raw range`.
pub(super) fn is_end_of_scale(header: &str) -> bool {
    ENDS.contains(&crate::cells::words::plain(header).as_str())
}

/// The raw value whose label a column holds by its header: `State text 1`, `On text`.
pub(super) fn labelled_value(header: &str) -> Option<i64> {
    const BESIDE: [&str; 15] = [
        "state",
        "text",
        "value",
        "status",
        "label",
        "meaning",
        "for",
        "of",
        "zustand",
        "wert",
        "zustandstext",
        "état",
        "stato",
        "estado",
        "texte",
    ];
    const OFF: [&str; 6] = ["off", "inactive", "false", "aus", "inaktiv", "från"];
    const ON: [&str; 6] = ["on", "active", "true", "ein", "aktiv", "till"];
    let value = |word: &str| match word {
        _ if OFF.contains(&word) => Some(0),
        _ if ON.contains(&word) => Some(1),
        _ => word.parse().ok().filter(|value| (0..=255).contains(value)),
    };
    let words = words(header)?;
    let (beside, others): (Vec<&String>, Vec<&String>) = words.iter().partition(|word| BESIDE.contains(&word.as_str()));
    match others.as_slice() {
        [word] if !beside.is_empty() => value(word),
        _ => None,
    }
}

/// Every word that some header has.
fn vocabulary() -> &'static HashSet<&'static str> {
    static WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
        let all = HEADERS.iter().flat_map(|(_, headers)| headers.split([',', ' ']));
        all.map(str::trim).filter(|word| !word.is_empty()).chain(FILLERS).collect()
    });
    &WORDS
}

fn without_brackets(header: &str) -> String {
    let mut depth = 0u32;
    let mut bare = String::new();
    for character in header.chars() {
        match character {
            '(' | '[' | '{' => depth = depth.saturating_add(1),
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ if depth == 0 => bare.push(character),
            _ => {}
        }
    }
    bare
}

/// The words of a header; none where it is no more than signs.
pub(super) fn words(header: &str) -> Option<Vec<String>> {
    // `ScaleFactor` is two words, and `dataType`; `NaN` is one.
    let mut spaced = String::new();
    let mut was_lower = false;
    for character in header.replace("NaN", "nan").chars() {
        if character.is_uppercase() && was_lower {
            spaced.push(' ');
        }
        was_lower = character.is_lowercase();
        spaced.push(character);
    }
    let plain = plain(&spaced);
    let words: Vec<String> = plain
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    (!words.is_empty()).then_some(words)
}

fn of_words(words: &[String]) -> Option<Heading> {
    let base = base::of_words(words);
    let found = |claims: Vec<Claim>, table| Heading { claims, table, base };
    let whole = words.join(" ");
    if let Some(claims) = claims(&whole) {
        return Some(found(claims, None));
    }
    let glued = words.concat();
    if let Some(claims) = claims(&glued) {
        return Some(found(claims, None));
    }
    let (table, rest) = without_table(words);
    if table.is_some() && rest.iter().all(|word| FILLERS.contains(&word.as_str())) {
        return Some(found(vec![Claim::Is(Meaning::Address)], table));
    }
    let bases = ["hex", "hexadecimal", "hexadezimal", "hexa", "dec", "decimal", "dezimal", "zero", "based", "0"];
    let rest: Vec<&str> = rest.iter().map(String::as_str).filter(|word| !bases.contains(word)).collect();
    if rest.is_empty() {
        // `Hex` alone is the address once more, `Dec` the address.
        return (table.is_none() && words.len() == 1).then(|| found(vec![Claim::MayBe(Meaning::Address)], None));
    }
    if let Some(claims) = claims(&rest.join(" ")) {
        return Some(found(claims, table));
    }
    let kept: Vec<&str> = rest.iter().copied().filter(|word| !FILLERS.contains(word)).collect();
    match kept.is_empty() || kept.len() == rest.len() {
        // Only fillers: `Modbus register`.
        true => None,
        false => claims(&kept.join(" ")).map(|claims| found(claims, table)),
    }
}

fn claims(words: &str) -> Option<Vec<Claim>> {
    static BY_WORDS: LazyLock<HashMap<&str, Vec<Claim>>> = LazyLock::new(|| {
        let mut by_words: HashMap<&str, Vec<Claim>> = HashMap::new();
        for (claim, headers) in HEADERS {
            for header in headers.split(',') {
                by_words.entry(header.trim()).or_default().push(*claim);
            }
        }
        by_words
    });
    BY_WORDS.get(words).cloned()
}

/// A Modbus table that a header or a title names, and the words beside it.
fn without_table(words: &[String]) -> (Option<Table>, Vec<String>) {
    let names: [(&[&str], Table); 10] = [
        (&["holding", "registers"], Table::HoldingRegister),
        (&["holding", "register"], Table::HoldingRegister),
        (&["input", "registers"], Table::InputRegister),
        (&["input", "register"], Table::InputRegister),
        (&["discrete", "inputs"], Table::DiscreteInput),
        (&["discrete", "input"], Table::DiscreteInput),
        (&["coils"], Table::Coil),
        (&["coil"], Table::Coil),
        (&["holding"], Table::HoldingRegister),
        (&["holdings"], Table::HoldingRegister),
    ];
    for (name, table) in names {
        let at =
            words.windows(name.len()).position(|window| window.iter().map(String::as_str).eq(name.iter().copied()));
        if let Some(at) = at {
            let rest =
                words.iter().enumerate().filter(|(index, _)| !(at..at.saturating_add(name.len())).contains(index));
            return (Some(table), rest.map(|(_, word)| word.clone()).collect());
        }
    }
    (None, words.to_vec())
}

/// The Modbus table that a sheet's name or a title is about; none where it names none, or more than one.
pub(crate) fn table_in(text: &str) -> Option<Table> {
    let words = words(text)?;
    let (first, rest) = without_table(&words);
    let table = first.or_else(|| {
        let whole = words.join(" ");
        let named = crate::cells::words::table(&whole).ok()?;
        // A number in a sheet's name is no function code.
        whole.chars().any(char::is_alphabetic).then_some(named.table)
    })?;
    let second = without_table(&rest).0;
    second.is_none_or(|second| second == table).then_some(table)
}

/// The Modbus table whose rows a title announces, and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Announced {
    pub(crate) table: Table,
    /// Whether it can be no title of a group: `Input registers`. `Coils` may be those of a machine.
    pub(crate) is_sure: bool,
}

/// What a title announces: `Input registers (read only)`, `Coils`; not `Fan coil` or `Digital inputs`.
pub(crate) fn announced(title: &str) -> Option<Announced> {
    const TELLING: [&str; 5] = ["register", "registers", "modbus", "function", "fc"];
    const BESIDE: [&str; 14] =
        ["list", "map", "of", "the", "table", "read", "only", "write", "and", "ro", "rw", "r", "w", "code"];
    let words = words(title)?;
    let is_telling = |word: &String| TELLING.contains(&word.as_str());
    let (table, rest) = without_table(&words);
    let Some(table) = table else {
        // A name in another language is one only as a whole.
        let named = crate::cells::words::table(&words.join(" ")).ok()?;
        let is_sure = words.iter().any(|word| word.contains("regist"));
        return is_sure.then_some(Announced { table: named.table, is_sure });
    };
    // `(FC04)`, `3x`
    let is_code = |word: &str| {
        let digits = word.strip_prefix("fc").or_else(|| word.strip_suffix('x')).unwrap_or(word);
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_beside = |word: &String| is_telling(word) || BESIDE.contains(&word.as_str()) || is_code(word);
    rest.iter().all(is_beside).then(|| Announced { table, is_sure: words.iter().any(is_telling) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(header: &str) -> Option<Claim> {
        heading(header).and_then(|heading| heading.claims.first().copied())
    }

    #[test]
    fn words_that_vendors_add_to_headers() {
        for (meaning, headers) in [
            (Meaning::Address, "SMA Modbus Register Address (dec); Physical address; Modicom address"),
            (Meaning::Type, "SMA Modbus Data Type"),
            (Meaning::Access, "SMA Modbus Access"),
        ] {
            for header in headers.split(';') {
                assert_eq!(heading(header), None, "{header}");
                let claims = likely(header).map(|heading| heading.claims).unwrap_or_default();
                assert!(claims.contains(&Claim::MayBe(meaning)), "{header}: {claims:?}");
            }
        }
        // What is known is as sure as before, and what is unknown is nothing.
        assert_eq!(likely("Data type"), heading("Data type"));
        assert_eq!(likely("Grid Guard"), None);
    }

    #[test]
    fn headers_of_vendors() {
        use Meaning::{
            Access, Address, Count, Decimals, Default, Description, Divisor, Exponent, Factor, Formula, Group,
            LastAddress, Max, Min, Order, Range, Remark, SizeInBits, SizeInBytes, Step, Table, Type, Unit, UnitId,
            Writable,
        };
        for (meaning, headers) in [
            (
                Address,
                "Address; Register; Modbus Address; Register Address; Reg. Addr.; Register No.; Start address; \
                 Address (dec); Register\nAddress; REGISTER ADDRESS (HEX); Registeradresse; Adresse; \
                 Adresse Modbus; Registernummer; Registeradress; Registre; Startadres; Modbus-Adresse; \
                 Modbus register address; _address; Address Offset; Register number (decimal); Addr; \
                 modbusAddress; Sign. Address",
            ),
            (LastAddress, "End address; Endadresse; Last register; Slutadress"),
            (DeFacto, "De facto; PLC address; Modicon address; Modbus reference"),
            (Table, "Register type; Function code; FC; Function Code (hex); Funktionscode; Modbus function"),
            (
                Type,
                "Data type; Datatype; Datentyp; DataType; Type de données; Data format; Gegevenstype; \
                 Size of variable; Data Type (Modbus)",
            ),
            (Unit, "Unit; Units; Einheit; Enhet; Unité; Eenheid; dbus-unit; Unit of measure"),
            (Factor, "Resolution; Auflösung"),
            (Divisor, "Divisor; Division factor; Teiler"),
            (Exponent, "Exponent"),
            (Decimals, "Decimals; Nachkommastellen; Decimal places; Antal decimaler"),
            (Formula, "Formula; Formel"),
            (Description, "Description; Beschreibung; Beskrivning; Omschrijving; Register description"),
            (
                Access,
                "Access; R/W; RW; Read/Write; Zugriff; Accès; Åtkomst; Toegang; RW Access (RW); Lesen/Schreiben; \
                 Läs/Skriv; R / W",
            ),
            (Writable, "writable; Schreibbar; Skrivbar"),
            (
                Count,
                "Number of registers; Words; Anzahl Register; Anzahl Reg.; Anz. Reg.; No. of regs; Antal reg.; No. of registers; Antal register; Register count",
            ),
            (SizeInBits, "Size (bits); Bit length"),
            (SizeInBytes, "Length (bytes); Bytes"),
            (
                Default,
                "Default; Default value; Werkseinstellung; Werkseinst.; Fabriksinställning; Valeur par défaut; Standaardwaarde; \
                 Factory setting",
            ),
            (Range, "Range; Value range; Wertebereich; Plage; Bereik; Min/Max"),
            (Min, "Min; Minimum; Min value; Min.; Min [°C]; Minvärde"),
            (Max, "Max; Maximum value; Max-Wert; Maxvärde"),
            (Step, "Step; Schrittweite"),
            (Group, "Group; Category; Gruppe; dbus-service-name"),
            (Remark, "Remarks; Comment; Bemerkung; Anmerkung; Opmerkingen; Notes; Detailed Description"),
            (UnitId, "Unit ID; Slave address"),
            (Order, "Byte order; Endianness"),
            (Address, "寄存器地址; 地址"),
            (Unit, "单位"),
            (Access, "读写"),
        ] {
            for header in headers.split("; ") {
                assert_eq!(first(header), Some(Claim::Is(meaning)), "{header}");
            }
        }
        for header in [
            "Name",
            "Parameter",
            "Signal name",
            "Bezeichnung",
            "Benämning",
            "Désignation",
            "Naam",
            "Title",
            "Measured value",
        ] {
            assert!(heading(header).is_some_and(|heading| heading.claims.contains(&Claim::Name)), "{header}");
        }
        for header in
            ["Scale", "Scaling", "Scale Factor", "Gain", "Factor", "Scalefactor", "Faktor", "Fakt.", "Skalierung"]
        {
            assert_eq!(first(header), Some(Claim::Scale), "{header}");
        }
        for header in ["", "-", "Mandatory (M)", "Standards", "dbus-obj-path", "Foo", "2019", "poll"] {
            assert_eq!(heading(header), None, "{header}");
        }
    }

    use Meaning::DeFacto;

    #[test]
    fn a_header_may_name_the_table() {
        for (header, table, meaning) in [
            ("Holding register", Table::HoldingRegister, Meaning::Address),
            ("Input Registers", Table::InputRegister, Meaning::Address),
            ("Holding Register Address", Table::HoldingRegister, Meaning::Address),
            ("Coil", Table::Coil, Meaning::Address),
            ("Discrete input", Table::DiscreteInput, Meaning::Address),
        ] {
            let heading = heading(header).unwrap();
            assert_eq!((heading.table, heading.claims.first()), (Some(table), Some(&Claim::Is(meaning))), "{header}");
        }
        for (header, base) in [
            ("Address (hex)", Base::Hexadecimal),
            ("Hex address", Base::Hexadecimal),
            ("Address", Base::Unsaid),
            ("Address (dec)", Base::Decimal),
            ("Address dec (hex)", Base::Both),
        ] {
            assert_eq!(heading(header).map(|heading| heading.base), Some(base), "{header}");
        }
    }

    #[test]
    fn sheets_and_titles_may_name_the_table() {
        for (text, table) in [
            ("Holding registers", Some(Table::HoldingRegister)),
            ("2.3 Input Registers (read only)", Some(Table::InputRegister)),
            ("Holding", Some(Table::HoldingRegister)),
            ("Input", Some(Table::InputRegister)),
            ("Coils", Some(Table::Coil)),
            ("HR", Some(Table::HoldingRegister)),
            ("Field list", None),
            ("Sheet1", None),
            ("3", None),
            ("Holding and input registers", None),
        ] {
            assert_eq!(table_in(text), table, "{text}");
        }
        for (header, value) in [
            ("State text 0", Some(0)),
            ("Text for 12", Some(12)),
            ("On text", Some(1)),
            ("Inactive state", Some(0)),
            ("State text", None),
            ("Value", None),
            ("Setpoint 1", None),
            ("0", None),
        ] {
            assert_eq!(labelled_value(header), value, "{header}");
        }
        let sure = |table| Some(Announced { table, is_sure: true });
        for (title, announces) in [
            ("Input registers", sure(Table::InputRegister)),
            ("2.3 Input Registers (read only, FC 04)", sure(Table::InputRegister)),
            ("Holding registers (function 3 / 6 / 16)", sure(Table::HoldingRegister)),
            ("Modbus coils", sure(Table::Coil)),
            ("Eingangsregister", sure(Table::InputRegister)),
            ("Coils", Some(Announced { table: Table::Coil, is_sure: false })),
            ("Discrete inputs", Some(Announced { table: Table::DiscreteInput, is_sure: false })),
            ("Inputs", None),
            ("Digital inputs", None),
            ("DI", None),
            ("Fan coil", None),
            ("Holding and input registers", None),
            ("Heating", None),
        ] {
            assert_eq!(announced(title), announces, "{title}");
        }
    }
}
