extension MadeWorld {
    /// Of ten aggregates in a row five are accounts, four projects, one a contact.
    static func object(_ index: Int) -> RecordObject {
        switch index % 10 {
        case 0..<5: .account
        case 5..<9: .project
        default: .contact
        }
    }

    /// The id of an aggregate's record.
    func id(_ index: Int) -> String {
        let (ten, place) = index.quotientAndRemainder(dividingBy: 10)
        let number =
            switch place {
            case 0..<5: ten * 5 + place
            case 5..<9: ten * 4 + place - 5
            default: ten
            }
        return RecordID.text(prefix: Self.object(index).prefix, number: number)
    }
}
