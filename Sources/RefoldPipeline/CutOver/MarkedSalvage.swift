import RefoldBytes
import RefoldIndex

/// The damage that a run left out, kept in the marks of its indices: whoever looks at what serves must see it.
enum MarkedSalvage {
    private static let name: ByteString = "salvage"

    /// The member of ``IndexMark/other``; none of a run that read everything.
    static func member(_ remarks: [String]) -> JSONObject {
        remarks.isEmpty ? [:] : [name: .texts(remarks)]
    }

    /// One sentence for each damaged frame that the index lacks.
    static func of(_ mark: IndexMark?) -> [String] { mark?.other[name]?.asTexts ?? [] }
}
