//! People: who may do what, how they come in, and what they leave behind.

mod canaries;
mod invites;
mod members;
mod own;
mod roles;
mod tokens;
mod traces;
mod two_step;
