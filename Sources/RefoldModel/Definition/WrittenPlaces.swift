public import RefoldBytes

/// Where a manifest says what a definition holds, for messages.
///
/// No part of what the definition says: two that say the same are equal wherever they were written.
public struct WrittenPlaces: Sendable, Hashable {
    /// No manifest says it.
    public static let nowhere = WrittenPlaces(file: nil, places: [:])
    /// The file, as the user named it; nil: none.
    public var file: String?
    private var places: [[ByteString]: (line: Int, column: Int)]

    /// The places of keys by their paths; the empty path is the definition as a whole.
    public init(file: String?, places: [[ByteString]: (line: Int, column: Int)]) {
        self.file = file
        self.places = places
    }

    /// `file:line:column` of a key, or of the nearest one around it that is written; else the file alone, if any.
    public func place(of path: some Collection<ByteString> = []) -> String? {
        guard let file else { return nil }
        var path = Array(path)
        while true {
            if let found = places[path] { return "\(file):\(found.line):\(found.column)" }
            guard path.popLast() != nil else { return file }
        }
    }

    /// Always: see above.
    public static func == (left: WrittenPlaces, right: WrittenPlaces) -> Bool { true }
    /// Nothing: see above.
    public func hash(into hasher: inout Hasher) {}
}
