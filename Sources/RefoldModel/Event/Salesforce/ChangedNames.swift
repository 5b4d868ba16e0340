internal import RefoldBytes

/// A header's list of names, its bitmaps decoded (FOLD R22).
enum ChangedNames {
    /// The header has no such list, or an empty one.
    case none
    /// The names as listed: `F` or `F.c`.
    case names([ByteString])
    /// An entry could not be decoded.
    case undecodable

    /// Reads the list at a node; `schema` is the payload when the order of its members is the schema's.
    init(_ list: Int?, schema: Int?, _ nodes: Span<JSONNode>, in text: Span<UInt8>) {
        self = .none
        guard let list, nodes[list].kind != .null else { return }
        guard nodes[list].kind == .array else {
            self = .undecodable
            return
        }
        var names: [ByteString] = []
        var entry = list + 1
        while entry < Int(nodes[list].next) {
            guard nodes[entry].kind == .string else {
                self = .undecodable
                return
            }
            let name = JSONText.unescaped(nodes[entry], in: text)
            if let bitmap = Bitmap(name) {
                guard let schema, let decoded = bitmap.names(of: schema, nodes, in: text) else {
                    self = .undecodable
                    return
                }
                names.append(contentsOf: decoded)
            } else {
                names.append(name)
            }
            entry = Int(nodes[entry].next)
        }
        if !names.isEmpty { self = .names(names) }
    }

    /// The names of an object's members on a tape in the order of their first places; the last value of each counts.
    static func members(of object: Int, _ nodes: Span<JSONNode>, in text: Span<UInt8>) -> [Int] {
        var seen: [ByteString: Int] = [:]
        var order: [Int] = []
        var name = object + 1
        while name < Int(nodes[object].next) {
            let word = JSONText.unescaped(nodes[name], in: text)
            if let place = seen[word] {
                order[place] = name
            } else {
                seen[word] = order.count
                order.append(name)
            }
            name = Int(nodes[name + 1].next)
        }
        return order
    }
}

/// `0x…`, or `p-0x…` for the components of field p.
private struct Bitmap {
    var parent: Int?
    /// The lowest digit first.
    var digits: [UInt8]

    /// Nil when the entry is a name; an entry that begins like a bitmap and is none gives no digits.
    init?(_ entry: ByteString) {
        var rest = entry.bytes[...]
        let leading = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        if !leading.isEmpty, rest.dropFirst(leading.count).starts(with: "-0x".utf8) {
            parent = leading.count <= 9 ? leading.reduce(0) { $0 * 10 + Int($1 & 15) } : Int.max
            rest = rest.dropFirst(leading.count + 3)
        } else if rest.starts(with: "0x".utf8) {
            rest = rest.dropFirst(2)
        } else {
            return nil
        }
        digits = []
        for byte in rest.reversed() {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits.append(byte & 15)
            case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"):
                digits.append((byte & 15) + 9)
            default:
                digits = []
                return
            }
        }
    }

    /// The names of the set bits; nil when it cannot be decoded.
    func names(of payload: Int, _ nodes: Span<JSONNode>, in text: Span<UInt8>) -> [ByteString]? {
        guard !digits.isEmpty else { return nil }
        let schema = ChangedNames.members(of: payload, nodes, in: text)
        guard let parent else {
            return bits(below: schema.count).map { $0.map { JSONText.unescaped(nodes[schema[$0]], in: text) } }
        }
        guard parent < schema.count else { return nil }
        let name = schema[parent]
        let field = JSONText.unescaped(nodes[name], in: text)
        switch nodes[name + 1].kind {
        case .null: return [field]
        case .object:
            let components = ChangedNames.members(of: name + 1, nodes, in: text)
            return bits(below: components.count)?.map { bit in
                let component = JSONText.unescaped(nodes[components[bit]], in: text)
                return ByteString(field.bytes + [UInt8(ascii: ".")] + component.bytes)
            }
        default: return nil
        }
    }

    private func bits(below count: Int) -> [Int]? {
        var result: [Int] = []
        for (place, digit) in digits.enumerated() where digit != 0 {
            for bit in 0..<4 where digit & (1 << bit) != 0 {
                guard place * 4 + bit < count else { return nil }
                result.append(place * 4 + bit)
            }
        }
        return result
    }
}
