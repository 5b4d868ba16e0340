import RefoldBytes
import RefoldModel

/// Documents in the answer to a search, a scroll or `_mget`, their sources byte for byte as the engine keeps them.
struct DocumentHits {
    /// The documents, in the answer's order.
    private(set) var documents: [Document] = []

    /// Reads the elements of `hits.hits` or `docs`; those that were not found are left out.
    ///
    /// Throws `index.damaged` when an element has no id or version.
    init(of body: [UInt8], isSearch: Bool) throws(IndexError) {
        var tape = JSONTape()
        let found: Result<[Document]?, JSONError> = Result { () throws(JSONError) in
            try tape.withValue(of: ByteString(body)) { (nodes, text) throws(JSONError) in
                DocumentHits.read(nodes, text, isSearch: isSearch)
            }
        }
        guard case .success(let documents?) = found else {
            throw IndexError(.damaged, "the engine's answer to a search is not understood")
        }
        self.documents = documents
    }

    private static func read(_ nodes: Span<JSONNode>, _ text: Span<UInt8>, isSearch: Bool) -> [Document]? {
        let path: [StaticString] = isSearch ? ["hits", "hits"] : ["docs"]
        var place = 0
        for name in path {
            guard let next = member(name, of: place, nodes, text) else { return nil }
            place = next
        }
        guard nodes[place].kind == .array else { return nil }
        var documents: [Document] = []
        var element = place + 1
        while element < Int(nodes[place].next) {
            if let found = member("found", of: element, nodes, text), nodes[found].kind == .false {
                element = Int(nodes[element].next)
                continue
            }
            guard let id = member("_id", of: element, nodes, text), nodes[id].kind == .string,
                let version = member("_version", of: element, nodes, text), nodes[version].kind == .number,
                let number = Int64(
                    ByteString(copying: text, in: nodes[version].range).string
                )
            else { return nil }
            let source = member("_source", of: element, nodes, text).map { source in
                // A container's node has no place of its own; its name's has, right before it.
                var start = nodes[source - 1].range.upperBound + 1
                while text[start] != UInt8(ascii: "{") { start += 1 }
                return ByteString(copying: text, in: start..<end(of: start, in: text))
            }
            documents.append(
                Document(id: JSONText.unescaped(nodes[id], in: text), version: number, source: source ?? "")
            )
            element = Int(nodes[element].next)
        }
        return documents
    }

    /// The value of a member of the object at a place.
    private static func member(
        _ name: StaticString,
        of object: Int,
        _ nodes: Span<JSONNode>,
        _ text: Span<UInt8>
    ) -> Int? {
        guard nodes[object].kind == .object else { return nil }
        var place = object + 1
        while place < Int(nodes[object].next) {
            if !nodes[place].isEscaped, nodes[place].length == name.utf8CodeUnitCount,
                ByteString(copying: text, in: nodes[place].range) == ByteString(stringLiteral: name)
            {
                return place + 1
            }
            place = Int(nodes[place + 1].next)
        }
        return nil
    }

    /// Behind the object that begins at a place; the text is known to be JSON.
    private static func end(of start: Int, in text: Span<UInt8>) -> Int {
        var depth = 0
        var place = start
        var isInString = false
        while place < text.count {
            let byte = text[place]
            if isInString {
                if byte == UInt8(ascii: "\\") {
                    place += 1
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
            } else {
                switch byte {
                case UInt8(ascii: "\""): isInString = true
                case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"):
                    depth -= 1
                    if depth == 0 { return place + 1 }
                default: break
                }
            }
            place += 1
        }
        return place
    }
}
