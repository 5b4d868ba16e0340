/// A file that a manifest names, to be read after it.
struct FileReference: Sendable {
    /// The absolute path.
    var path: String
    /// The name for messages: as the manifest has it, seen from where the user stands.
    var name: String
    /// Where it is named.
    var mark: SourceMark
}

extension Shape where Value == FileReference {
    /// The path of another manifest.
    static var manifestFile: Shape {
        Shape<String>.nonEmptyPath.checked { text, node, _ in
            FileReference(
                path: FilePath.resolve(text, from: node.mark.source.directory),
                name: node.mark.source.display(of: text),
                mark: node.mark
            )
        }
    }
}

extension Shape where Value == String {
    /// A path as it is written.
    static var nonEmptyPath: Shape {
        .text("a path", pattern: "^[\\s\\S]") { !$0.isEmpty }
    }
}
