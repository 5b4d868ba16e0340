package import RefoldModel

/// What a loader asks of rooms that it does not know; without an answer those checks are left out.
package struct OutsideChecks: Sendable {
    /// What the embedded target refuses in an index's definition; nil: nothing.
    package var embeddedIndex: (@Sendable (IndexDefinition) -> MappingObjection?)?
    /// Why nothing can be read at an absolute path; nil: something lies there.
    package var absence: (@Sendable (String) -> PathObjection?)?

    /// No questions, unless some are given.
    package init(
        embeddedIndex: (@Sendable (IndexDefinition) -> MappingObjection?)? = nil,
        absence: (@Sendable (String) -> PathObjection?)? = nil
    ) {
        self.embeddedIndex = embeddedIndex
        self.absence = absence
    }
}

/// What a target refuses in the mappings of an index.
package struct MappingObjection: Sendable, Hashable {
    /// What is wrong.
    package var message: String
    /// What mends it.
    package var fix: String?
    /// The dotted path of the field; nil: the mappings as a whole.
    package var field: String?
    /// The parameter of the field.
    package var parameter: String?

    /// All parts.
    package init(_ message: String, fix: String? = nil, field: String? = nil, parameter: String? = nil) {
        self.message = message
        self.fix = fix
        self.field = field
        self.parameter = parameter
    }
}

/// A path that leads nowhere.
package struct PathObjection: Sendable, Hashable {
    /// What is wrong.
    package var message: String
    /// A path that exists and differs by a slip of the hand.
    package var nearest: String?

    /// Both parts.
    package init(_ message: String, nearest: String?) {
        self.message = message
        self.nearest = nearest
    }
}
