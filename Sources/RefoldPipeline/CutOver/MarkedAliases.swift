import RefoldBytes
import RefoldIndex

/// The aliases of an index, kept in its mark: a cut-over by hand has nothing else to go by.
enum MarkedAliases {
    private static let name: ByteString = "aliases"

    /// The member of ``IndexMark/other``.
    static func member(_ aliases: [String]) -> JSONObject { [name: .texts(aliases)] }

    /// The aliases that an index was made for.
    static func of(_ index: TargetDescription.Index) -> [String] {
        if let noted = index.mark?.other[name]?.asTexts, !noted.isEmpty { return noted }
        return IndexNaming(parsing: index.identity.name).map { [$0.alias] } ?? []
    }
}
