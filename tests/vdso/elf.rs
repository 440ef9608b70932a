//! Makes shared objects of any word and byte order, with what a vDSO has in them.

/// What is to be in it. Each symbol is at an address that is given here.
#[derive(Clone, Debug)]
pub struct Elf {
    pub wide: bool,
    pub big: bool,
    pub machine: u16,
    /// The address of its first byte.
    pub base: u64,
    pub hash: bool,
    pub gnu_hash: bool,
    pub versions: &'static [&'static str],
    pub symbols: Vec<Symbol>,
}

#[derive(Clone, Debug)]
pub struct Symbol {
    pub name: &'static str,
    /// Counted from 2; 1 is the file's own and 0 is none.
    pub version: u16,
    pub info: u8,
    pub section: u16,
    /// In bytes from the start of the image.
    pub offset: u64,
}

pub const CODE: u64 = 0x400;
pub const END: u64 = 0x480;
pub const S390: u16 = 22;
pub const FUNCTION: u8 = 0x12;

pub fn function(name: &'static str, offset: u64) -> Symbol {
    Symbol { name, version: 2, info: FUNCTION, section: 7, offset }
}

/// Every word and byte order, with each hash table that there is.
pub fn all(symbols: &[Symbol]) -> impl Iterator<Item = Elf> {
    (0..12).map(|kind| Elf {
        wide: kind & 1 != 0,
        big: kind & 2 != 0,
        machine: 62,
        base: 0,
        hash: kind / 4 != 0,
        gnu_hash: kind / 4 != 1,
        versions: &["LINUX_2.5", "LINUX_2.6"],
        symbols: symbols.to_vec(),
    })
}

impl Elf {
    pub fn write(&self) -> Vec<u8> {
        let mut out = Out { bytes: Vec::new(), big: self.big, wide: self.wide };
        let (header, program, dynamic) = if self.wide { (64, 56, 16) } else { (52, 32, 8) };
        out.bytes.resize(header + 3 * program + 7 * dynamic, 0);

        let mut strings = vec![0];
        let mut string = |text: &str| {
            let at = strings.len() as u32;
            strings.extend(text.as_bytes());
            strings.push(0);
            at
        };
        let symbols = out.bytes.len();
        out.symbol(0, 0, 0, 0);
        for symbol in &self.symbols {
            out.symbol(string(symbol.name), self.base.wrapping_add(symbol.offset), symbol.info, symbol.section);
        }

        let of_symbols = out.bytes.len();
        out.u16(0);
        self.symbols.iter().for_each(|symbol| out.u16(symbol.version));
        out.align();
        let definitions = out.bytes.len();
        let names = [&["linux-vdso.so.1"], self.versions].concat();
        for (index, name) in names.iter().enumerate() {
            let is_last = index + 1 == names.len();
            [1, u16::from(index == 0), index as u16 + 1, 1].into_iter().for_each(|number| out.u16(number));
            [0, 20, if is_last { 0 } else { 28 }].into_iter().for_each(|number| out.u32(number));
            [string(name), 0].into_iter().for_each(|number| out.u32(number));
        }

        out.align();
        let hash = out.bytes.len();
        self.write_hash(&mut out);
        let gnu_hash = out.bytes.len();
        self.write_gnu_hash(&mut out);
        let strtab = out.bytes.len();
        out.bytes.extend(&strings);
        assert!(out.bytes.len() <= CODE as usize, "{} bytes", out.bytes.len());
        out.bytes.resize(END as usize, 0xcc);

        let mut tables = vec![(5, strtab), (6, symbols)];
        tables.extend(self.hash.then_some((4, hash)));
        tables.extend(self.gnu_hash.then_some((0x6fff_fef5, gnu_hash)));
        if !self.versions.is_empty() {
            tables.extend([(0x6fff_fff0, of_symbols), (0x6fff_fffc, definitions)]);
        }
        let mut start = Out { bytes: Vec::new(), ..out };
        self.write_headers(&mut start, header as u64, program as u16);
        for (tag, offset) in tables {
            start.word(tag);
            start.word(self.base.wrapping_add(offset as u64));
        }
        let mut bytes = out.bytes;
        bytes[..start.bytes.len()].copy_from_slice(&start.bytes);
        bytes
    }

    /// Three parts: what is read, what is executed, and the dynamic table, which is in the first.
    fn write_headers(&self, out: &mut Out, header: u64, program: u16) {
        out.bytes.extend([0x7f, b'E', b'L', b'F', 1 + u8::from(self.wide), 1 + u8::from(self.big), 1]);
        out.bytes.resize(16, 0);
        [3, self.machine].into_iter().for_each(|number| out.u16(number));
        out.u32(1);
        [0, header, 0].into_iter().for_each(|number| out.word(number));
        out.u32(0);
        [header as u16, program, 3, 0, 0, 0].into_iter().for_each(|number| out.u16(number));
        let dynamic = header + 3 * u64::from(program);
        for (kind, flags, offset, end) in [(2, 4, dynamic, CODE), (1, 4, 0, CODE), (1, 5, CODE, END)] {
            let (address, length) = (self.base.wrapping_add(offset), end - offset);
            out.u32(kind);
            if self.wide {
                out.u32(flags);
            }
            [offset, address, address, length, length].into_iter().for_each(|number| out.word(number));
            if !self.wide {
                out.u32(flags);
            }
            out.word(1);
        }
    }

    /// One bucket, whose chain goes through all symbols.
    fn write_hash(&self, out: &mut Out) {
        let count = self.symbols.len() as u64 + 1;
        let numbers = [1, count, 1, 0].into_iter().chain((2..count).chain([0]));
        for number in numbers {
            if self.machine == S390 && self.wide { out.word(number) } else { out.u32(number as u32) }
        }
    }

    /// Two buckets: the first is empty, and the second has all symbols, in their order.
    fn write_gnu_hash(&self, out: &mut Out) {
        [2, 1, 1, 0].into_iter().for_each(|number| out.u32(number));
        out.word(u64::MAX);
        [0, 1].into_iter().for_each(|number| out.u32(number));
        for index in 1..=self.symbols.len() {
            out.u32(0x1234_5678 | u32::from(index == self.symbols.len()));
        }
    }
}

struct Out {
    bytes: Vec<u8>,
    big: bool,
    wide: bool,
}

impl Out {
    fn u16(&mut self, number: u16) {
        self.bytes.extend(if self.big { number.to_be_bytes() } else { number.to_le_bytes() });
    }

    fn u32(&mut self, number: u32) {
        self.bytes.extend(if self.big { number.to_be_bytes() } else { number.to_le_bytes() });
    }

    fn word(&mut self, number: u64) {
        match self.wide {
            true => self.bytes.extend(if self.big { number.to_be_bytes() } else { number.to_le_bytes() }),
            false => self.u32(number as u32),
        }
    }

    fn align(&mut self) {
        self.bytes.resize(self.bytes.len().next_multiple_of(8), 0);
    }

    fn symbol(&mut self, name: u32, address: u64, info: u8, section: u16) {
        self.u32(name);
        if !self.wide {
            self.word(address);
            self.word(0);
        }
        self.bytes.extend([info, 0]);
        self.u16(section);
        if self.wide {
            self.word(address);
            self.word(0);
        }
    }
}
