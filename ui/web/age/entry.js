// SPDX-License-Identifier: GPL-3.0-or-later
// What the data officer's page needs of age-encryption: opening, and telling whose key it is.
export { Decrypter, identityToRecipient } from 'age-encryption';
