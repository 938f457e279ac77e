/// What suits the control of a method's step size.
export module kobie.tableaus:method_control;

export namespace kobie {

/// The constants of step size control in the code that a method's authors published; a method that has such a code declares
/// them as `control`. Unless a user says otherwise, every controller goes by the safety and the limits, PI control by the
/// gains.
struct MethodControl {
  double safety = 0.9;
  double min_factor = 0.2;
  double max_factor = 10.0;
  double beta1 = 0.7;       ///< exponent of the last error, times -k, where k is the estimate's order + 1
  double beta2 = -0.4;      ///< exponent of the error before it, times -k
  double steady_min = 1.0;  ///< an accepted step's size is kept where its factor is not below this,
  double steady_max = 1.0;  ///< nor above this; both 1: never
};

}  // namespace kobie
