/// What two linear classifiers have learnt of spelled letters and digits (`Training/letters.py`, docs/training.md).
///
/// They stand in a target of their own, because the compiler takes half a minute for the file.
package enum LetterWeights {
    /// The features that both look at.
    package static let features = 2881

    /// Of a classifier with 37 classes, the last of which is "no single letter", and then of one with 36, which is surer of
    /// the letter: the features' scales, 16-bit floats; a signed byte for each feature of each class; a bias, a 16-bit float,
    /// for each class. Classes are a to z, then 0 to 9. All little-endian.
    package static var bytes: [UInt8] { PackageResources.letters_weights }
}
