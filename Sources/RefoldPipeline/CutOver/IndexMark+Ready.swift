import RefoldBytes
import RefoldIndex

extension IndexMark {
    private static let documentsName: ByteString = "documents"
    private static let togetherName: ByteString = "together"

    /// How many documents the index had when its gates passed; nil: it is not ready, or that was not noted.
    ///
    /// What a cut-over by hand can look at without the archive.
    var documents: Int? {
        get { other[IndexMark.documentsName]?.asCount }
        set { other[IndexMark.documentsName] = newValue.map { .integer($0) } }
    }

    /// The indices that its aliases are swapped with in one step, itself among them; empty: not noted.
    var together: [IndexIdentity] {
        get {
            (other[IndexMark.togetherName]?.asArray ?? []).compactMap { value in
                guard let name = value["name"]?.asString, let uuid = value["uuid"]?.asString else {
                    return nil
                }
                return IndexIdentity(name: name, uuid: uuid)
            }
        }
        set {
            let noted = newValue.map { index -> JSONValue in
                ["name": .text(index.name), "uuid": .text(index.uuid)]
            }
            other[IndexMark.togetherName] = noted.isEmpty ? nil : .array(noted)
        }
    }
}
